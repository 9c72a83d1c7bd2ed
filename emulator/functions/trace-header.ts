// The X-Ray header of an invocation. Lambda gives every invocation one, and counts in its Lineage how often a function was invoked in
// one chain of invocations: the SDK of a handler sends the header on.
import { hash, randomBytes } from 'node:crypto';
import { newTraceId } from '../trace/tracer.ts';

/** In one chain; AWS says "approximately 16 times". [D, the number from memory] */
export const chainCallsMax = 16;
/** Ours: functions of one chain that are counted; what comes with more is cut off. */
const lineageEntriesMax = 32;

export function newTraceHeader(nowMs: number): string {
  return `Root=${newTraceId(nowMs)};Parent=${randomBytes(8).toString('hex')};Sampled=0`;
}

export interface LengthenedChain {
  readonly traceHeader: string;
  /** Of this function, with this one. */
  readonly calls: number;
  /** Lambda does not run it any more. */
  readonly isTooLong: boolean;
}

/** The header with one more invocation of this function. */
export function lengthenChain(traceHeader: string, functionArn: string): LengthenedChain {
  const fields = traceHeader.split(';');
  const lineage = fields.find((field) => field.startsWith('Lineage='))?.slice('Lineage='.length) ?? '';
  const counts = new Map(
    lineage
      .split('|')
      .slice(0, lineageEntriesMax)
      .flatMap((entry): [string, number][] => {
        const [, id, count] = /^([0-9a-f]{8}):(\d{1,6})$/.exec(entry) ?? [];
        return id === undefined ? [] : [[id, Number(count)]];
      }),
  );
  const own = hash('sha256', functionArn, 'hex').slice(0, 8);
  const calls = (counts.get(own) ?? 0) + 1;
  counts.set(own, calls);
  const others = fields.filter((field) => field !== '' && !field.startsWith('Lineage='));
  const lengthened = `Lineage=${[...counts].map(([id, count]) => `${id}:${count}`).join('|')}`;
  return { traceHeader: [...others, lengthened].join(';'), calls, isTooLong: calls > chainCallsMax };
}

/** How often the chain has invoked this function. */
export function callsInChain(traceHeader: string, functionArn: string): number {
  return lengthenChain(traceHeader, functionArn).calls - 1;
}
