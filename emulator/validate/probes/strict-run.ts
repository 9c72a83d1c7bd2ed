// The container with nothing writable but an empty /tmp.
import { ContainerNotStarted } from '../containers.ts';
import { NotDecided, type Probe } from '../evidence.ts';
import { type Invocation, invokeAll } from './invoke-all.ts';
import { pingUntilReady, sealedRun, servingContainer } from './sealed-run.ts';

export interface StrictRun {
  readonly serves: boolean;
  readonly invocations: readonly Invocation[];
}

/** Beyond what it needs otherwise: on a busy machine a second start takes longer. */
const extraMs = 20_000;

/** Rejects with NotDecided where the container does not serve with a writable root either. */
export const strictRun: Probe<StrictRun> = {
  title: 'starting the container with a read-only root',
  async run({ evidence, containers, signal }) {
    await servingContainer(evidence);
    const sealed = await evidence.of(sealedRun);
    const readyMs = sealed.kind === 'serving' ? (sealed.startup.readyMs ?? 0) : 0;
    try {
      await using container = await containers.start({ network: 'none', readOnlyRoot: true });
      const startup = await pingUntilReady(container, { timeoutMs: 2 * readyMs + extraMs, signal });
      if (startup.readyMs === null) return { serves: false, invocations: [] };
      return { serves: true, invocations: await invokeAll(container, { evidence, signal }) };
    } catch (error) {
      if (error instanceof ContainerNotStarted) throw new NotDecided(`Docker cannot start it with a read-only root: ${error.message}`);
      throw error;
    }
  },
};
