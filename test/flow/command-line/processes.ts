// Processes of this machine, from /proc: which ones somebody started, and which of them are still there.
import { readdirSync, readFileSync } from 'node:fs';

/** Process ids of all descendants. Linux. */
export function descendantsOf(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => parentOf(candidate) === pid);
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

function parentOf(pid: number): number | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '');
    return Number(fields.split(' ')[1]);
  } catch {
    return null; // it ended while we looked
  }
}

/** `pid` negative: any process of that group. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // ESRCH: it is gone
  }
}

/** Those that are still there after five seconds; esbuild's service ends a moment after its parent, when its pipe closes. */
export async function survivorsOf(processes: readonly number[]): Promise<number[]> {
  const deadline = Date.now() + 5_000;
  while (processes.some(isAlive) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
  return processes.filter(isAlive);
}
