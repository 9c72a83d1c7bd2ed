// node test/bench/transform.ts [records]: a batch transform job through the built-in model, in a process of its own, beside a bare loop that posts the
//   same bodies to the same kind of container: records/s, the emulator's own share of the time (goal under 20 %), and its memory at 10 MB and at 1 GB.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import type { Model } from '../../emulator/model/model.ts';
import { startProcessModel } from '../../emulator/model/process-model.ts';
import { type Batch, batchRecords } from '../../emulator/sagemaker/transform/batch-records.ts';
import { createDirectoryStorage } from '../../emulator/sagemaker/transform/directory-storage.ts';
import { recordFormats } from '../../emulator/sagemaker/transform/record-format.ts';
import { runTransform } from '../../emulator/sagemaker/transform/run-transform.ts';

const mebibyte = 1024 * 1024;
const contentType = 'application/jsonlines';
const maxPayloadInMB = 6;
const concurrency = 4;
const rounds = 3;

interface Run {
  readonly what: 'job' | 'bare';
  readonly directory: string;
  /** Below the directory. */
  readonly key: string;
}

interface Measured {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Peak of the process, in bytes. */
  readonly memoryBytes: number;
  readonly records: number;
}

// Itself in a process of its own is the emulator, or the bare loop.
if (process.argv[2] === 'run') process.stdout.write(`${JSON.stringify(await measure(JSON.parse(readFileSync(0, 'utf8')) as Run))}\n`);
else await compare(Number(process.argv[2] ?? 1_000_000));

async function compare(records: number): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'transform-bench-'));
  const say = (line: string) => process.stdout.write(`${line}\n`);
  try {
    mkdirSync(join(directory, 'in'));
    await writeLines(join(directory, 'in/people.jsonl'), { records, lineBytes: 0 });
    const times: { job: Measured; bare: Measured }[] = [];
    // In turn, so that what else the machine does meets both.
    for (let round = 0; round < rounds; round += 1) {
      const bare = await run({ what: 'bare', directory, key: 'in/people.jsonl' });
      times.push({ bare, job: await run({ what: 'job', directory, key: 'in/people.jsonl' }) });
    }
    times.sort((one, other) => one.job.seconds / one.bare.seconds - other.job.seconds / other.bare.seconds);
    const { job, bare } = times[Math.floor(rounds / 2)] as { job: Measured; bare: Measured };
    const rate = ({ records, seconds }: Measured) => `${Math.round(records / seconds)} records/s`;
    say(
      `${records} records, ${concurrency} at once, ${maxPayloadInMB} MB: job ${rate(job)} in ${job.seconds.toFixed(1)} s, bare loop ${rate(bare)}`,
    );
    const own = (job.seconds - bare.seconds) / job.seconds;
    say(
      `  time beyond the bare loop ${percent(own)} (goal under 20 %); processor time of the emulator ${percent(job.cpuSeconds / job.seconds)}`,
    );
    // The same number of bytes in each record, so that they differ in length alone; 10 MB are too few to fill all requests that may be under way.
    for (const [name, count] of [
      ['10 MB', 10_000],
      ['100 MB', 100_000],
      ['1 GB', 1_000_000],
    ] as const) {
      await writeLines(join(directory, 'in/wide.jsonl'), { records: count, lineBytes: 1_024 });
      const { memoryBytes, seconds } = await run({ what: 'job', directory, key: 'in/wide.jsonl' });
      say(`${name} in ${count} records: peak memory of the emulator ${Math.round(memoryBytes / mebibyte)} MB, ${seconds.toFixed(1)} s`);
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

/** The samples again and again; a line is filled up with a member that no model looks at. */
async function writeLines(path: string, { records, lineBytes }: { records: number; lineBytes: number }): Promise<void> {
  const samples = readFileSync(new URL('../../model-stub/samples/people.jsonl', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
  const filled = samples.map((line) => {
    const missing = lineBytes - line.length - ',"note":""\n'.length;
    return missing > 0 ? `${line.slice(0, -1)},"note":"${'x'.repeat(missing)}"}\n` : `${line}\n`;
  });
  const file = createWriteStream(path);
  for (let written = 0; written < records; written += filled.length) {
    if (!file.write(filled.slice(0, records - written).join(''))) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
}

async function run(what: Run): Promise<Measured> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), 'run'], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(what));
  let output = '';
  for await (const chunk of child.stdout) output += String(chunk);
  return JSON.parse(output) as Measured;
}

/** From the first byte sent to the last one stored; the model is in service before. @throws where a job fails or an answer is not 200 */
async function measure({ what, directory, key }: Run): Promise<Measured> {
  const model = await startProcessModel({ environment: {}, log: pino({ level: 'silent' }) });
  const bodies = what === 'bare' ? await cutIntoBodies(join(directory, key)) : [];
  const [beganAt, cpu] = [performance.now(), process.cpuUsage()];
  const records = what === 'job' ? await runJob(directory, key, model) : await postBare(bodies, model);
  const seconds = (performance.now() - beganAt) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  await model.close();
  return { seconds, cpuSeconds: (user + system) / 1_000_000, memoryBytes: process.resourceUsage().maxRSS * 1_024, records };
}

async function runJob(directory: string, key: string, model: Model): Promise<number> {
  const { kind, failureReason, progress } = await runTransform(
    {
      input: { kind: 'prefix', location: { bucket: '', key }, contentType, compression: 'None', splitType: 'Line' },
      output: { location: { bucket: '', key: 'out' }, accept: null, assembleWith: 'None', kmsKeyId: null },
      ...{ batchStrategy: 'MultiRecord', maxPayloadInMB, maxConcurrentTransforms: concurrency },
      ...{ invocationTimeoutSeconds: 600, invocationRetriesMax: 0, environment: {} },
    },
    {
      storage: createDirectoryStorage(directory),
      // Its end is not measured.
      startModel: async () => ({ ...(await borrow(model)), close: async () => {} }),
      temporaryDirectory: directory,
      signal: new AbortController().signal,
      log: pino({ level: 'silent' }),
    },
  );
  if (kind !== 'completed') throw new Error(`the job ${kind}: ${failureReason}`);
  return progress.records;
}

async function borrow(model: Model): Promise<Omit<Model, 'close'>> {
  const { sealed, description, state } = model;
  return { sealed, description, state, request: (asked) => model.request(asked), open: (asked) => model.open(asked) };
}

async function cutIntoBodies(path: string): Promise<readonly Batch[]> {
  const bytesMax = maxPayloadInMB * mebibyte;
  const options = { format: recordFormats.Line, isSingle: false, bytesMax, recordBytesMax: bytesMax, limitName: '' };
  const bodies: Batch[] = [];
  for await (const body of batchRecords(createReadStream(path), options)) bodies.push(body);
  return bodies;
}

/** The peer: bodies that are ready in memory, as many at once, answers thrown away. */
async function postBare(bodies: readonly Batch[], model: Model): Promise<number> {
  const waiting = bodies.values();
  let records = 0;
  const loop = async () => {
    for (const batch of waiting) {
      const headers = { 'content-type': contentType, 'content-length': String(batch.body.length) };
      using response = await model.open({ method: 'POST', path: '/invocations', headers, body: batch.body, timeoutMs: 600_000 });
      for await (const _chunk of response.body);
      if (response.status !== 200) throw new Error(`the model answered ${response.status}`);
      records += batch.records;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, loop));
  return records;
}
