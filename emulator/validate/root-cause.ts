// One cause, one failed check: a container that cannot be started, or ended, serves nothing either. Only where the other check is run, too:
// with --only nothing may be left to a check that was left out.
import { serveResolves } from './checks/serve-resolves.ts';
import { type Evidence, NotDecided } from './evidence.ts';
import type { SealedRun } from './probes/sealed-run.ts';

/** For the check of /ping. @throws NotDecided where another check says why it cannot answer */
export async function leaveToRootCause(evidence: Evidence, run: SealedRun): Promise<void> {
  await leaveToServeResolves(evidence, run);
  if (run.kind !== 'notServing' || run.container.exit() === null || !isRun(evidence, 'stays-up')) return;
  throw new NotDecided('the container ended before; stays-up says how');
}

/** @throws NotDecided where its program cannot be found */
export async function leaveToServeResolves(evidence: Evidence, run: SealedRun): Promise<void> {
  if (run.kind === 'serving' || !isRun(evidence, serveResolves.id)) return;
  if (!(await fails(evidence))) return;
  throw new NotDecided(`its program cannot be started; ${serveResolves.id} says why`);
}

async function fails(evidence: Evidence): Promise<boolean> {
  try {
    return (await serveResolves.judge(evidence)).outcome === 'failed';
  } catch (error) {
    if (error instanceof NotDecided) return false;
    throw error;
  }
}

function isRun({ options: { only, skip } }: Evidence, id: string): boolean {
  return (only.length === 0 || only.includes(id)) && !skip.includes(id);
}
