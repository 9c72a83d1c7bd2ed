// Of files that may be missing.
import { readFileSync } from 'node:fs';

/** Empty where there is no such file: the kernel has no IPv6, or nothing was written yet. */
export function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
