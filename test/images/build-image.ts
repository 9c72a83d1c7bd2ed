// The test images of this folder, built when a test asks for one and kept under a tag that names their content.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const buildLimitMs = 100_000;
/** One that neither x86-64 nor ARM machines run by themselves. */
const foreignPlatform = 'linux/s390x';
const building = new Map<string, Promise<string>>();

export type TestImageName =
  | 'egress-probe'
  | 'exec-format'
  | 'exits-at-once'
  | 'exits-with-no-serve'
  | 'ignores-sigterm'
  | 'never-answers-ping'
  | 'not-listening'
  | 'other-architecture'
  | 'out-of-memory'
  | 'ping-503'
  | 'shows-artifact'
  | 'wrong-port';

/**
 * Resolves to `airlock-test/<name>:<hash of its files and base>`. Built only where there is none; two processes that build the same one
 * at once get the same image from the builder's cache.
 * @throws the docker command's error, with its last lines
 */
export function buildTestImage(name: TestImageName): Promise<string> {
  const folder = join(import.meta.dirname, name);
  return (
    building.get(name) ?? remember(name, buildFolder({ name, folder, platform: name === 'other-architecture' ? foreignPlatform : null }))
  );
}

/** The model stub's own image, from model-stub/Dockerfile. */
export function buildModelStub(): Promise<string> {
  const folder = join(import.meta.dirname, '../../model-stub');
  return building.get('model-stub') ?? remember('model-stub', buildFolder({ name: 'model-stub', folder, platform: null }));
}

function remember(name: string, image: Promise<string>): Promise<string> {
  building.set(name, image);
  return image;
}

async function buildFolder({ name, folder, platform }: { name: string; folder: string; platform: string | null }): Promise<string> {
  const base = platform === null ? await imageId('node:24-bookworm-slim') : platform;
  const tag = `airlock-test/${name}:${hashOf(folder, base ?? '')}`;
  if ((await imageId(tag)) !== null) return tag;
  const args = [
    'build',
    '--quiet',
    '--label',
    'airlock.test-image=true',
    '--tag',
    tag,
    ...(platform === null ? [] : ['--platform', platform]),
    folder,
  ];
  await run('docker', args, { timeout: buildLimitMs, env: { ...process.env, DOCKER_BUILDKIT: '1' } });
  return tag;
}

/** Null where there is no such image. */
async function imageId(reference: string): Promise<string | null> {
  const format = ['--format', '{{ .Id }}'];
  try {
    return (await run('docker', ['image', 'inspect', ...format, reference], { timeout: 20_000 })).stdout.trim();
  } catch (error) {
    if (/No such image/i.test((error as { stderr?: string }).stderr ?? '')) return null;
    throw error;
  }
}

function hashOf(folder: string, base: string): string {
  const hash = createHash('sha256').update(base);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  for (const path of paths) hash.update(`\0${path.slice(folder.length)}\0`).update(readFileSync(path));
  return hash.digest('hex').slice(0, 16);
}
