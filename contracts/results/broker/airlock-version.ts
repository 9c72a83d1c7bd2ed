// Airlock's version, for the broker's records of who verified. package.json is three folders up in the repository, four in what is published.
import { readFileSync } from 'node:fs';

/** `1.4.0`; `unknown` where there is no package.json of Airlock, as in a bundle. */
export function airlockVersion(): string {
  for (const path of ['../../../package.json', '../../../../package.json']) {
    const manifest = readManifest(new URL(path, import.meta.url));
    if (manifest?.name === 'airlock' && typeof manifest.version === 'string') return manifest.version;
  }
  return 'unknown';
}

function readManifest(file: URL): { readonly name?: unknown; readonly version?: unknown } | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as object;
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error)) return null;
    throw error;
  }
}
