// What the container has in /dev/shm, seen from the host where that is this machine, and what its log says of shared memory.
import { readFile, statfs } from 'node:fs/promises';
import type { ValidationContainer } from '../containers.ts';
import { NotDecided, type Probe, type ProbeContext } from '../evidence.ts';
import { pingPolls } from './ping-polls.ts';
import { sealedRun } from './sealed-run.ts';

export interface SharedMemory {
  /** Null: it cannot be seen from here. */
  readonly use: { readonly bytes: number; readonly bytesMax: number } | null;
  readonly logLines: readonly string[];
  readonly exitCode: number | null;
}

export const sharedMemory: Probe<SharedMemory> = {
  title: 'looking at its shared memory',
  async run({ evidence }: ProbeContext) {
    const run = await evidence.of(sealedRun);
    if (run.kind === 'notStarted') throw new NotDecided('the container cannot be started');
    // After it was asked for something.
    if (run.kind === 'serving') {
      await evidence.of(pingPolls).catch((error: unknown) => {
        if (!(error instanceof NotDecided)) throw error;
      });
    }
    const { container } = run;
    const use = container.exit() === null ? await useOf(container) : null;
    return { use, logLines: [...container.logLines()], exitCode: container.exit()?.code ?? null };
  },
};

/** Null where the container's process is another machine's, or may not be looked at. */
async function useOf(container: ValidationContainer): Promise<SharedMemory['use']> {
  const { State: state } = await container.inspect();
  try {
    // The id of another machine's process may be somebody else's here.
    if (!(await readFile(`/proc/${state.Pid}/cgroup`, 'utf8')).includes(container.id)) return null;
    const { blocks, bfree, bsize } = await statfs(`/proc/${state.Pid}/root/dev/shm`);
    return { bytes: (blocks - bfree) * bsize, bytesMax: blocks * bsize };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== undefined) return null;
    throw error;
  }
}
