// What ships beside the emulator: package.json, infra, model-stub. One folder up in the repository, two in the published package.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export function packageVersion(): string {
  const manifest = packageFile('package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  return version;
}

/** Absolute path of a file that ships beside the emulator, e.g. `infra/customer.yaml`. */
export function packageFile(relativePath: string): string {
  const inRepository = fileURLToPath(new URL(`../${relativePath}`, import.meta.url));
  return existsSync(inRepository) ? inRepository : fileURLToPath(new URL(`../../${relativePath}`, import.meta.url));
}
