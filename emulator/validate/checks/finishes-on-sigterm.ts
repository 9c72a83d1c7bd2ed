// 35. A request that is under way at SIGTERM gets its answer.
import type { Check, Verdict } from '../check.ts';
import { type StopWhileAnswering, stopWhileAnswering } from '../probes/stop-while-answering.ts';

export const finishesOnSigterm: Check = {
  id: 'finishes-on-sigterm',
  group: 'lifecycle',
  severity: 'practice',
  title: 'A request that is under way at SIGTERM gets its answer',
  why: 'Scaling in, updates and patching stop containers that are answering. A caller whose connection breaks cannot know whether the request was done.',
  source: 'SageMaker developer guide, "Use your own inference code with hosting services", "How SageMaker runs your inference image"',
  fix: 'On SIGTERM accept no more connections, finish what is under way, then end (gunicorn: --graceful-timeout 25; Node: server.close()).',
  judge: async (evidence) => judgeInFlight(await evidence.of(stopWhileAnswering)),
};

export function judgeInFlight({ result, durationMs, isSample }: StopWhileAnswering): Verdict {
  if (typeof result !== 'number') {
    const words = { timedOut: 'no answer within 30 s', connectionLost: 'the connection broke without an answer' } as Partial<
      Record<string, string>
    >;
    return { outcome: 'failed', findings: [`a request that was half sent at SIGTERM: ${words[result] ?? result}`] };
  }
  // A body that is no sample may be refused; what counts is that there is a whole answer. 503 is a clean refusal.
  if (isSample && result >= 500 && result !== 503) {
    return { outcome: 'failed', findings: [`a sample that was half sent at SIGTERM was answered ${result}`] };
  }
  return { outcome: 'passed', note: `answered ${result}, ${durationMs} ms after SIGTERM` };
}
