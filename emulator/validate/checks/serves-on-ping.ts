// 12. GET /ping answers 200 within the time that SageMaker gives a container.
import type { Check } from '../check.ts';
import { sealedRun } from '../probes/sealed-run.ts';
import { leaveToRootCause } from '../root-cause.ts';

/** Buyers can raise the time for their endpoint; a package cannot. */
const slowMs = 4 * 60_000;
const logTailLines = 15;

export const servesOnPing: Check = {
  id: 'serves-on-ping',
  group: 'lifecycle',
  severity: 'blocks',
  title: 'GET /ping answers 200 within 8 minutes of the start',
  why: 'SageMaker sends no request to a container before its first 200, and gives up: the endpoint, and the validation job, fail.',
  source:
    'SageMaker developer guide, "Use your own inference code with hosting services", "How your container should respond to health check (ping) requests"',
  fix: 'Answer GET /ping on port 8080 with 200 as soon as the model can take requests. A model that loads longer needs a smaller or faster artifact.',
  async judge(evidence) {
    const run = await evidence.of(sealedRun);
    await leaveToRootCause(evidence, run);
    if (run.kind === 'notStarted') return { outcome: 'failed', findings: [`the container cannot be started: ${run.reason}`] };
    const { startup, container } = run;
    const logTail = container.logLines().slice(-logTailLines);
    if (startup.readyMs === null) {
      const last = startup.pings.at(-1);
      const exit = container.exit();
      const what =
        exit === null ? `no 200 within ${evidence.options.startupTimeoutMs / 1_000} s` : `the container ended with exit code ${exit.code}`;
      return { outcome: 'failed', findings: [`${what}; the last /ping: ${last?.result ?? 'none was answered'}`], logTail };
    }
    const seconds = (startup.readyMs / 1_000).toFixed(1);
    if (startup.readyMs > slowMs) return { outcome: 'warned', findings: [`ready after ${seconds} s; older endpoints gave 4 minutes`] };
    return { outcome: 'passed', note: `ready after ${seconds} s` };
  },
};
