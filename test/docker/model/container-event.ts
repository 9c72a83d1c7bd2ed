// A moment in the start of an Airlock of another process: what Docker says it has just done for it.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export type ContainerEvent = `${'create' | 'start' | 'die'} ${'model' | 'relay' | 'volume'}`;

const waitLimitMs = 30_000;

/** Resolves when Docker did this to a container of that process, also where it did it a moment ago. */
export async function containerEvent(pid: number, event: ContainerEvent): Promise<void> {
  const sinceSeconds = String(Math.floor(Date.now() / 1_000) - 2);
  const format = '{{.Action}} {{index .Actor.Attributes "airlock.role"}}';
  const filters = ['--filter', 'type=container', '--filter', `label=airlock.pid=${pid}`];
  const events = spawn('docker', ['events', '--since', sinceSeconds, ...filters, '--format', format], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const timer = setTimeout(() => events.kill(), waitLimitMs);
  try {
    for await (const line of createInterface({ input: events.stdout })) if (line === event) return;
    throw new Error(`no event "${event}" of process ${pid}`);
  } finally {
    clearTimeout(timer);
    events.kill();
  }
}
