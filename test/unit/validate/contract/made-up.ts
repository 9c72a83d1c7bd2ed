// Evidence without a container: what a check is told is what a test says.
import { type Evidence, NotDecided, type Probe } from '../../../../emulator/validate/evidence.ts';
import type { Invoked } from '../../../../emulator/validate/invoke.ts';
import type { SampleAnswer } from '../../../../emulator/validate/probes/sample-answers.ts';
import type { Sample } from '../../../../emulator/validate/samples.ts';
import type { ValidateOptions } from '../../../../emulator/validate/validate-options.ts';

type Given = readonly [Probe<never> | Probe<unknown>, unknown];

/** `found`: pairs of a probe and what it finds, or why it is not decided. */
export function evidenceOf(found: readonly Given[], options: Partial<ValidateOptions> = {}): Evidence {
  return {
    options: { image: 'made-up', meteringDimension: null, ...options } as ValidateOptions,
    async of(probe) {
      const pair = found.find(([known]) => (known as unknown) === probe);
      if (pair === undefined) throw new Error(`nobody said what "${probe.title}" finds`);
      if (pair[1] instanceof NotDecided) throw pair[1];
      return pair[1] as never;
    },
  };
}

export function sample(over: Partial<Omit<Sample, 'body'>> & { body?: string } = {}): Sample {
  const { body = '{"records":[{"id":1},{"id":2}]}', ...more } = over;
  return { name: 'a.json', contentType: 'application/json', accept: null, body: Buffer.from(body), expected: null, tolerance: 0, ...more };
}

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly durationMs?: number;
  readonly firstByteMs?: number;
}

export function answered({ status = 200, headers = {}, body = '{}', durationMs = 5, firstByteMs = 4 }: Answer = {}): Invoked {
  return { kind: 'answered', status, headers, body: Buffer.from(body), durationMs, firstByteMs };
}

export function failed(reason: Extract<Invoked, { kind: 'failed' }>['reason'], durationMs = 60_000): Invoked {
  return { kind: 'failed', reason, durationMs };
}

export function sampleAnswer(answer: Answer | Invoked | null = {}, of: Sample = sample()): SampleAnswer {
  return { sample: of, invoked: answer === null || 'kind' in answer ? answer : answered(answer) };
}

/** Stands for the sealed run where a check wants its log. */
export const servingRun = { kind: 'serving', container: { logLines: () => ['the last line'] } };
