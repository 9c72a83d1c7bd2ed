// How far a job is, for who waits for it.

import type { TransformInput } from './list-inputs.ts';
import type { TransformProgress } from './transform-definition.ts';

export interface ProgressCounter {
  readonly now: TransformProgress;
  listed(inputs: readonly TransformInput[]): void;
  /** For the reading of one input, as often as it is read. */
  input(listedBytes: number | null): { size(bytes: number): void; read(bytes: number): void; end(hasFailed: boolean): void };
  requested(): void;
  answered(records: number): void;
}

export function createProgressCounter(tell: (progress: TransformProgress) => void): ProgressCounter {
  let files: TransformProgress['files'] = null;
  const bytes = { done: 0, all: 0 };
  let records = 0;
  let requests = 0;
  const now = (): TransformProgress => ({ files, bytes: { ...bytes }, records, requests });
  return {
    get now() {
      return now();
    },
    listed(inputs) {
      files = { done: 0, failed: 0, all: inputs.length };
      for (const input of inputs) bytes.all += input.bytes ?? 0;
      tell(now());
    },
    input(listedBytes) {
      let [all, done] = [listedBytes, 0];
      return {
        size(found) {
          // Of a manifest's objects the size is known now only.
          if (all === null) bytes.all += found;
          all ??= found;
        },
        read(position) {
          const reached = Math.min(position, all ?? position);
          if (reached <= done) return;
          bytes.done += reached - done;
          done = reached;
        },
        end(hasFailed) {
          bytes.done += (all ?? done) - done;
          if (files !== null) files = { ...files, done: files.done + 1, failed: files.failed + Number(hasFailed) };
          tell(now());
        },
      };
    },
    requested() {
      requests += 1;
    },
    answered(count) {
      records += count;
      tell(now());
    },
  };
}
