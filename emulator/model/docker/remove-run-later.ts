// For a process that ends at once (a second Ctrl-C, an uncaught exception): another one clears up, and where it cannot, the next start does.
import { spawn } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Does not wait: callable from an `exit` listener. */
export function removeRunLater(runId: string): void {
  const program = fileURLToPath(new URL(`./remove-run${extname(import.meta.url)}`, import.meta.url));
  spawn(process.execPath, [program, runId], { detached: true, stdio: 'ignore', windowsHide: true }).unref();
}
