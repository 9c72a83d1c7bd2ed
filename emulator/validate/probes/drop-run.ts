// The other kind of isolation: what leaves is dropped in silence, and a connection waits until the container's own patience ends.
// Which kind SageMaker shows is not documented. Only worth its time where the container tries to reach something.
import { ContainerNotStarted } from '../containers.ts';
import { NotDecided, type Probe } from '../evidence.ts';
import { type Invocation, invokeAll } from './invoke-all.ts';
import { pingUntilReady, sealedRun, servingContainer } from './sealed-run.ts';
import { openSinkhole } from './sinkhole-network.ts';

export interface DropRun {
  /** Null: not within the time. */
  readonly readyMs: number | null;
  readonly timeoutMs: number;
  readonly invocations: readonly Invocation[];
}

/** Beyond twice what it needs sealed. */
const extraMs = 10_000;

/** Rejects with NotDecided where the container does not serve sealed. */
export const dropRun: Probe<DropRun> = {
  title: 'starting the container where packets are dropped',
  async run(context) {
    const { evidence, containers, signal } = context;
    await servingContainer(evidence);
    const sealed = await evidence.of(sealedRun);
    const timeoutMs = extraMs + 2 * (sealed.kind === 'serving' ? (sealed.startup.readyMs ?? 0) : 0);
    await using sinkhole = await openSinkhole(context, 'drops');
    try {
      await using container = await containers.start({ network: { namespaceOf: sinkhole.containerId } });
      const { readyMs } = await pingUntilReady(container, { timeoutMs, signal });
      const invocations = readyMs === null ? [] : await invokeAll(container, { evidence, signal });
      return { readyMs, timeoutMs, invocations };
    } catch (error) {
      if (error instanceof ContainerNotStarted) throw new NotDecided(`the container cannot be started: ${error.message}`);
      throw error;
    }
  },
};
