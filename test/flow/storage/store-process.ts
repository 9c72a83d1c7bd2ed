// The embedded S3 in a process of its own (serve-store.ts), with a client of it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { S3Client } from '@aws-sdk/client-s3';

const script = join(import.meta.dirname, 'serve-store.ts');

export async function startStoreProcess(directory: string) {
  const child = spawn(process.execPath, [script, directory], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const read = async () => JSON.parse((await lines.next()).value ?? '{}') as { url: string; rssKb: number };
  const ended = once(child, 'exit');
  const { url, rssKb } = await read();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new S3Client({ endpoint: url, region: 'us-east-1', credentials, maxAttempts: 1 });
  return {
    client,
    /** Kilobytes, before the first request. */
    rssKb,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    /** The most it ever had, in kilobytes. */
    async end(): Promise<number> {
      child.stdin.end();
      const last = await read();
      await ended;
      return last.rssKb;
    },
    async [Symbol.asyncDispose]() {
      client.destroy();
      child.kill('SIGKILL');
      await ended;
    },
  };
}
