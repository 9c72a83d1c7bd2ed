// Whether the server listens where SAGEMAKER_BIND_TO_PORT says: in a container of its own.
import { pause } from '../../model/readiness.ts';
import { ContainerNotStarted } from '../containers.ts';
import { NotDecided, type Probe } from '../evidence.ts';
import { sealedRun } from './sealed-run.ts';

export interface BoundPort {
  readonly asked: number;
  readonly isBound: boolean;
  /** What it listens on at the end. */
  readonly listening: readonly number[];
}

const asked = 8081;
const safePortRange = '8082-8092';
/** Ours: beyond twice the time of the first start. */
const moreTimeMs = 5_000;
const pollEveryMs = 100;

export const boundPort: Probe<BoundPort> = {
  title: 'starting the container on another port',
  async run({ evidence, containers, options, signal }) {
    const first = await evidence.of(sealedRun);
    if (first.kind !== 'serving') throw new NotDecided('the container does not come into service');
    const timeoutMs = Math.min(2 * (first.startup.readyMs ?? 0) + moreTimeMs, options.startupTimeoutMs);
    const environment = { SAGEMAKER_BIND_TO_PORT: String(asked), SAGEMAKER_SAFE_PORT_RANGE: safePortRange };
    await using container = await containers.start({ network: 'none', environment }).catch((error: unknown) => {
      if (error instanceof ContainerNotStarted) throw new NotDecided(`the container cannot be started on another port: ${error.message}`);
      throw error;
    });
    let listening: readonly number[] = [];
    for (;;) {
      signal.throwIfAborted();
      if (container.exit() !== null) return { asked, isBound: false, listening: [] };
      listening = await container.namespace().then(
        (namespace) => namespace.listening.map(({ port }) => port),
        (error: unknown) => {
          // Its namespace ends with it, in the middle of the question, too.
          if (container.exit() === null) throw error;
          return [];
        },
      );
      if (listening.includes(asked)) return { asked, isBound: true, listening };
      if (performance.now() - container.startedAtMs > timeoutMs) return { asked, isBound: false, listening };
      await pause(pollEveryMs, signal);
    }
  },
};
