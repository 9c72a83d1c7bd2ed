// The two images of docker-compose.yml, built from this working copy. With Docker's cache this takes seconds.
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { packageVersion } from '../../emulator/package-files.ts';
import { required } from '../required.ts';
import { dockerEngine } from './engine.ts';

const root = resolve(import.meta.dirname, '../..');
const buildTimeoutMs = 300_000;

const engine = dockerEngine();
const version = packageVersion();
const certificates = process.env.NODE_EXTRA_CA_CERTS;
/** npm's way to its registry, where that has a certificate of its own. */
const secret = certificates === undefined ? [] : ['--secret', `id=certificates,src=${certificates}`];

/** Docker, and both images. */
export const hasAirlockImages =
  required('docker', engine.isThere, engine.reason) &&
  isBuilt(`airlock-model-stub:${version}`, ['model-stub']) &&
  isBuilt(`airlock:${version}`, ['--file', 'emulator/Dockerfile', '--network', 'host', ...secret, '.']);

function isBuilt(tag: string, what: readonly string[]): boolean {
  const failure = failureOf(['build', '--quiet', '--tag', tag, ...what]);
  return required('docker', failure === null, `the image ${tag} cannot be built: ${failure}`);
}

/** Runs docker: the last line of what it said, or null. */
export function failureOf(command: readonly string[]): string | null {
  try {
    const env = { ...process.env, DOCKER_BUILDKIT: '1' };
    execFileSync('docker', [...command], { cwd: root, env, stdio: 'pipe', timeout: buildTimeoutMs });
    return null;
  } catch (error) {
    const { stderr, message } = error as { stderr?: Buffer; message: string };
    return stderr?.toString().trim().split('\n').at(-1) || message;
  }
}
