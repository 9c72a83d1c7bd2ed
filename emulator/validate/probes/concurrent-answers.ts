// Different requests one after the other, then all at the same time while /ping is asked: what each came to.
import { pause } from '../../model/readiness.ts';
import type { Probe } from '../evidence.ts';
import { type Invoked, invoke } from '../invoke.ts';
import { platformHeaders } from '../platform-headers.ts';
import { recordsOf } from '../sample-records.ts';
import type { Sample } from '../samples.ts';
import { type GoodAnswer, goodAnswers } from './sample-answers.ts';
import { pingOnce } from './sealed-run.ts';
import { spareContainer } from './spare-container.ts';

export interface ConcurrentAnswers {
  /** Of the same request twice, alone. */
  readonly alone: readonly (readonly [Invoked, Invoked])[];
  /** At the same time: `request` is the place in `alone`. */
  readonly together: readonly { readonly request: number; readonly invoked: Invoked }[];
  readonly pings: readonly (number | string)[];
  readonly exitCode: number | null;
  readonly logTail: readonly string[];
}

const requestsMax = 8;
const togetherCount = 16;
/** Ours: of a model that takes its time, few say as much. */
const slowMs = 2_000;
const slowRequestsMax = 2;
const slowTogetherCount = 4;
const pingPauseMs = 50;
const logTailLines = 15;

export const concurrentAnswers: Probe<ConcurrentAnswers> = {
  title: 'asking many things at the same time',
  async run({ evidence, signal }) {
    const good = await goodAnswers(evidence);
    const isSlow = good.some(({ invoked }) => invoked.durationMs > slowMs);
    const requests = differentRequests(good).slice(0, isSlow ? slowRequestsMax : requestsMax);
    const spare = await evidence.of(spareContainer);
    return spare.use(async (container) => {
      const ask = (request: Sample) => invoke(container.channel, { headers: platformHeaders(request), body: request.body, signal });
      const alone: [Invoked, Invoked][] = [];
      for (const request of requests) alone.push([await ask(request), await ask(request)]);
      const asked = Array.from({ length: isSlow ? slowTogetherCount : togetherCount }, (_, index) => index % requests.length);
      const answering = Promise.all(asked.map(async (index) => ({ request: index, invoked: await ask(requests[index] as Sample) })));
      let isAnswered = false;
      const pings: (number | string)[] = [];
      const pinging = (async () => {
        do {
          pings.push((await pingOnce(container.channel, signal)).result);
          await pause(pingPauseMs, signal);
        } while (!isAnswered && container.exit() === null);
      })();
      const together = await answering.finally(() => {
        isAnswered = true;
      });
      await pinging;
      return { alone, together, pings, exitCode: container.exit()?.code ?? null, logTail: container.logLines().slice(-logTailLines) };
    });
  },
};

/** The samples, and single records of one of them: so that an answer to another request can be told. */
function differentRequests(good: readonly GoodAnswer[]): readonly Sample[] {
  const whole = good.map(({ sample }) => sample).slice(0, requestsMax / 2);
  const singles = good.flatMap(({ sample }) => {
    const records = recordsOf(sample);
    if (records === null || records.count < 2) return [];
    const indexes = Array.from({ length: Math.min(records.count, requestsMax) }, (_, index) => index);
    return [indexes.map((index): Sample => ({ ...sample, name: `${sample.name}, record ${index + 1}`, body: records.bodyOf([index]) }))];
  });
  return [...whole, ...(singles[0] ?? [])].slice(0, requestsMax);
}
