// Finds a tool of the operating system without looking at PATH, which a model's environment may set.
import { existsSync } from 'node:fs';

/** Absolute path, or null where it is not installed. */
export function findSystemTool(name: string): string | null {
  const paths = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/run/current-system/sw/bin'].map((directory) => `${directory}/${name}`);
  return paths.find((path) => existsSync(path)) ?? null;
}
