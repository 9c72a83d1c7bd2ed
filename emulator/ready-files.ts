// The two files that tell other programs where everything is: the ready file and the AWS profiles.
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { chown, mkdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { AirlockError } from './errors.ts';
import type { Credentials } from './iam/principal.ts';
import type { Log } from './log.ts';
import { isRunning, ownIdentity, type ProcessIdentity } from './process-identity.ts';
import type { ReadyInfo } from './start.ts';

/** First line of the profiles: a credentials file without it is somebody's own and is never touched. */
const profilesMark = '# Written by Airlock, for its local endpoint only. Removed when it ends.';

interface TextFile {
  readonly option: string;
  readonly path: string;
  readonly text: string;
  /** Whether an existing file is one of ours, to be replaced. */
  readonly isOurs: (text: string) => boolean;
}

/** A ready file of a run that was killed says that something serves: away with it before anything starts. */
export async function removeStaleReadyFile(readyFile: string | null): Promise<void> {
  if (readyFile === null) return;
  const existing = await readIfExists(readyFile).catch(() => null);
  if (existing !== null && isReadyFile(existing)) await rm(readyFile, { force: true });
}

/**
 * Writes them; disposing removes them again, unless somebody else has written there since.
 * @throws AirlockError BAD_OPTION where a path cannot be written or holds a file that is not Airlock's
 */
export async function writeReadyFiles(
  info: ReadyInfo,
  { readyFile, credentialsFile }: { readonly readyFile: string | null; readonly credentialsFile: string | null },
  log: Log,
): Promise<AsyncDisposable> {
  await using written = new AsyncDisposableStack();
  for (const file of filesOf(info, readyFile, credentialsFile)) {
    await writeWhole(file, log);
    const removeAtOnce = () => rmSync(file.path, { force: true });
    // Secret keys: also when a second Ctrl-C ends the process before everything is closed.
    process.once('exit', removeAtOnce);
    written.defer(async () => {
      process.off('exit', removeAtOnce);
      await removeOwn(file);
    });
  }
  return written.move();
}

function filesOf(info: ReadyInfo, readyFile: string | null, credentialsFile: string | null): readonly TextFile[] {
  const files: TextFile[] = [];
  if (credentialsFile !== null) {
    const isOurs = (text: string) => text.startsWith(profilesMark);
    files.push({ option: '--credentials-file', path: resolve(credentialsFile), text: profilesOf(info.credentials, info.region), isOurs });
  }
  if (readyFile !== null) {
    files.push({ option: '--ready-file', path: resolve(readyFile), text: `${JSON.stringify(info, null, 2)}\n`, isOurs: isReadyFile });
  }
  return files;
}

/** An empty file was made for us, e.g. by mktemp. */
function isReadyFile(text: string): boolean {
  return text.trim() === '' || text.includes('"controlUrl"');
}

/** Readers see the whole file or none: written beside it, then renamed. Both files hold secret keys, so only their owner may read them. */
async function writeWhole({ option, path, text, isOurs }: TextFile, log: Log): Promise<void> {
  // Random: in a container every run has the same process number.
  const beside = `${path}.${randomUUID()}.tmp`;
  try {
    const existing = await readIfExists(path);
    if (existing !== null && !isOurs(existing)) {
      throw new AirlockError(
        'BAD_OPTION',
        `${path} (${option}) exists and was not written by Airlock.`,
        'Name another file: this one would be overwritten.',
      );
    }
    const other = writerOf(existing);
    if (other !== null && other.pid !== process.pid && isRunning(other))
      log.warn({ path, pid: other.pid }, 'replaces the credentials of another running Airlock');
    await mkdir(dirname(path), { recursive: true });
    await writeFile(beside, text, { mode: 0o600, flag: 'wx' });
    await giveToOwnerOfDirectory(beside);
    await rename(beside, path);
  } catch (error) {
    if (error instanceof AirlockError) throw error;
    await rm(beside, { force: true }).catch(() => undefined);
    throw new AirlockError(
      'BAD_OPTION',
      `${path} (${option}) cannot be written: ${(error as Error).message}`,
      'Name a file in a directory that you may write to.',
      {
        cause: error,
      },
    );
  }
}

/** Null where it is not known, or the file is of an older form. */
function writerOf(text: string | null): ProcessIdentity | null {
  const [, pid, startedAt] = /^# Process (\d+) started (\S+)$/m.exec(text ?? '') ?? [];
  return pid === undefined || startedAt === undefined ? null : { pid: Number(pid), startedAt: startedAt === '-' ? null : startedAt };
}

/** As root, in a container or with sudo: whoever owns the directory is the one who wants to read the file. */
async function giveToOwnerOfDirectory(path: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(dirname(path));
  if (uid !== 0) await chown(path, uid, gid);
}

async function removeOwn({ path, text }: TextFile): Promise<void> {
  if ((await readIfExists(path)) !== text) return;
  await rm(path, { force: true });
  // The directory was made for it: gone too, unless something else is in it.
  if (basename(dirname(path)) === '.airlock') await rmdir(dirname(path)).catch(() => undefined);
}

async function readIfExists(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** The AWS shared credentials file: one profile a principal. */
function profilesOf(credentials: Readonly<Record<string, Credentials>>, region: string): string {
  const profiles = Object.entries(credentials).map(([name, keys]) =>
    [
      `[${name}]`,
      `aws_access_key_id = ${keys.accessKeyId}`,
      `aws_secret_access_key = ${keys.secretAccessKey}`,
      ...(keys.sessionToken === undefined ? [] : [`aws_session_token = ${keys.sessionToken}`]),
      `region = ${region}`,
      '',
    ].join('\n'),
  );
  const { pid, startedAt } = ownIdentity();
  return [profilesMark, `# Process ${pid} started ${startedAt ?? '-'}`, '', ...profiles].join('\n');
}
