// The two files that tell other programs where everything is: the ready file and the AWS profiles.
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Credentials } from './iam/principal.ts';
import type { ReadyInfo } from './start.ts';

/** Writes them; disposing removes them again, unless somebody else has written there since. */
export async function writeReadyFiles(
  info: ReadyInfo,
  { readyFile, credentialsFile }: { readonly readyFile: string | null; readonly credentialsFile: string | null },
): Promise<AsyncDisposable> {
  const files = [
    ...(credentialsFile === null ? [] : [{ path: resolve(credentialsFile), text: profilesOf(info.credentials, info.region) }]),
    ...(readyFile === null ? [] : [{ path: resolve(readyFile), text: `${JSON.stringify(info, null, 2)}\n` }]),
  ];
  for (const file of files) await writeWhole(file);
  return {
    async [Symbol.asyncDispose]() {
      for (const file of files) await removeOwn(file);
    },
  };
}

interface TextFile {
  readonly path: string;
  readonly text: string;
}

/** Readers see the whole file or none: written beside it, then renamed. Both files hold secret keys, so only their owner may read them. */
async function writeWhole({ path, text }: TextFile): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const beside = `${path}.${process.pid}.tmp`;
  await writeFile(beside, text, { mode: 0o600 });
  await rename(beside, path);
}

async function removeOwn({ path, text }: TextFile): Promise<void> {
  try {
    if ((await readFile(path, 'utf8')) === text) await rm(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** The AWS shared credentials file: one profile a principal. */
function profilesOf(credentials: Readonly<Record<string, Credentials>>, region: string): string {
  return Object.entries(credentials)
    .map(([name, keys]) =>
      [
        `[${name}]`,
        `aws_access_key_id = ${keys.accessKeyId}`,
        `aws_secret_access_key = ${keys.secretAccessKey}`,
        ...(keys.sessionToken === undefined ? [] : [`aws_session_token = ${keys.sessionToken}`]),
        `region = ${region}`,
        '',
      ].join('\n'),
    )
    .join('\n');
}
