// The images of test/images/gallery/, built from this working copy on the model stub's own image; with Docker's cache each takes a moment.
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../../..');
const buildLimitMs = 120_000;
/** What the Dockerfiles of the gallery begin with. */
const stubImage = 'airlock-model-stub:0.1.0';
let stub: Promise<string> | null = null;

export function buildStub(): Promise<string> {
  stub ??= build(stubImage, 'model-stub');
  return stub;
}

/** Resolves to its tag. @throws the docker command's error, with its last lines */
export async function buildGalleryImage(directory: string): Promise<string> {
  await buildStub();
  return build(`airlock-gallery/${directory}:latest`, join('test/images/gallery', directory), '--network', 'none');
}

async function build(tag: string, folder: string, ...more: readonly string[]): Promise<string> {
  const env = { ...process.env, DOCKER_BUILDKIT: '1' };
  await run('docker', ['build', '--quiet', '--label', 'airlock.test-image=true', '--tag', tag, ...more, folder], {
    ...{ cwd: root, env, timeout: buildLimitMs },
  });
  return tag;
}
