// A second sealed container, for requests that might end or overload one. Whoever asks takes turns; nobody waiting: it is removed, so that
// other checks can start theirs.
import type { ValidationContainer } from '../containers.ts';
import { ContainerNotStarted } from '../containers.ts';
import { NotDecided, type Probe, type ProbeContext } from '../evidence.ts';
import { pingOnce, pingUntilReady, servingContainer } from './sealed-run.ts';

export interface SpareContainer {
  /** Gives a container that serves, a new one where the one before has ended or does not answer /ping any more. */
  use<Result>(work: (container: ValidationContainer) => Promise<Result>): Promise<Result>;
}

export const spareContainer: Probe<SpareContainer> = {
  title: 'preparing a second container',
  async run(context) {
    await servingContainer(context.evidence);
    return createSpareContainer(() => startServing(context), context.signal);
  },
};

export function createSpareContainer(start: () => Promise<ValidationContainer>, signal: AbortSignal): SpareContainer {
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  let container: ValidationContainer | null = null;
  const drop = async () => {
    const dropped = container;
    container = null;
    await dropped?.[Symbol.asyncDispose]();
  };
  const run = async <Result>(work: (container: ValidationContainer) => Promise<Result>): Promise<Result> => {
    try {
      if (container !== null && !(await isServing(container, signal))) await drop();
      container ??= await start();
      return await work(container);
    } finally {
      waiting -= 1;
      if (waiting === 0) await drop();
    }
  };
  return {
    use(work) {
      waiting += 1;
      const result = last.then(() => run(work));
      last = result.catch(() => {});
      return result;
    },
  };
}

async function isServing(container: ValidationContainer, signal: AbortSignal): Promise<boolean> {
  return container.exit() === null && (await pingOnce(container.channel, signal)).result === 200;
}

async function startServing({ containers, options, signal }: ProbeContext): Promise<ValidationContainer> {
  let container: ValidationContainer;
  try {
    container = await containers.start({ network: 'none' });
  } catch (error) {
    if (error instanceof ContainerNotStarted) throw new NotDecided(`a second container cannot be started: ${error.message}`);
    throw error;
  }
  try {
    const { readyMs } = await pingUntilReady(container, { timeoutMs: options.startupTimeoutMs, signal });
    if (readyMs === null) throw new NotDecided('a second container does not come into service');
    return container;
  } catch (error) {
    await container[Symbol.asyncDispose]();
    throw error;
  }
}
