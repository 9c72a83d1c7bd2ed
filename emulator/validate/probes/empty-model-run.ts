// A container whose artifact is missing, where it has one at /opt/ml/model: does /ping notice?
import { ContainerNotStarted, type ValidationContainer } from '../containers.ts';
import { NotDecided, type Probe, type ProbeContext } from '../evidence.ts';
import type { Startup } from '../report.ts';
import { imageFiles } from './image-files.ts';
import { pingUntilReady, sealedRun, servingContainer } from './sealed-run.ts';

export interface EmptyModelRun {
  readonly startup: Startup;
  /** It ended by itself, with this code. */
  readonly exitCode: number | null;
  /** How long a 200 was waited for. */
  readonly waitedMs: number;
}

/** Longer than the same container needs with its artifact. */
const waitAtLeastMs = 2_000;
const timesReady = 2;
const modelDirectory = 'opt/ml/model/';

export const emptyModelRun: Probe<EmptyModelRun> = {
  title: 'starting it without its artifact',
  async run(context: ProbeContext) {
    const { containers, evidence, options, signal } = context;
    await servingContainer(evidence);
    if (!(await hasArtifact(context))) throw new NotDecided('nothing is at /opt/ml/model in the image, and no artifact was given');
    const run = await evidence.of(sealedRun);
    const readyMs = run.kind === 'notStarted' ? 0 : (run.startup.readyMs ?? 0);
    const waitedMs = Math.min(options.startupTimeoutMs, waitAtLeastMs + timesReady * readyMs);
    let started: ValidationContainer;
    try {
      started = await containers.start({ network: 'none', artifact: 'empty' });
    } catch (error) {
      if (error instanceof ContainerNotStarted) return { startup: { pings: [], readyMs: null }, exitCode: null, waitedMs: 0 };
      throw error;
    }
    await using container = started;
    const startup = await pingUntilReady(container, { timeoutMs: waitedMs, signal });
    return { startup, exitCode: container.exit()?.code ?? null, waitedMs };
  },
};

async function hasArtifact({ evidence, options }: ProbeContext): Promise<boolean> {
  if (options.modelDirectory !== null) return true;
  const { visible } = await evidence.of(imageFiles);
  for (const path of visible.keys()) if (path.replace(/^\.?\//, '').startsWith(modelDirectory)) return true;
  return false;
}
