import { expect, test } from 'vitest';
import { createProgressDisplay, progressText } from '../../../emulator/commands/transform-progress.ts';
import type { TransformProgress } from '../../../emulator/sagemaker/transform/transform-definition.ts';

const progress = (changes: Partial<TransformProgress> = {}): TransformProgress => ({
  files: { done: 1, failed: 0, all: 4 },
  bytes: { done: 45, all: 100 },
  records: 12_345,
  requests: 3,
  ...changes,
});

function display(isTTY: boolean, term = 'xterm') {
  let time = 0;
  const written: string[] = [];
  const stream = { isTTY, columns: 40, write: (text: string) => written.push(text) };
  return {
    ...createProgressDisplay(stream, { now: () => time, term, paint: (text) => text }),
    written,
    at: (ms: number) => {
      time = ms;
    },
  };
}

test.each([
  [progress(), '  45 %  12,345 records  1,200/s  1 of 4 files'],
  [progress({ files: { done: 2, failed: 1, all: 4 } }), '  45 %  12,345 records  1,200/s  2 of 4 files (1 failed)'],
  [progress({ files: null }), '   0 %  12,345 records  1,200/s'],
  // All is read, and not all is answered.
  [progress({ bytes: { done: 100, all: 100 } }), '  99 %  12,345 records  1,200/s  1 of 4 files'],
  [progress({ files: { done: 4, failed: 0, all: 4 }, bytes: { done: 0, all: 0 } }), ' 100 %  12,345 records  1,200/s  4 of 4 files'],
  [progress({ bytes: { done: 0, all: 0 } }), '  25 %  12,345 records  1,200/s  1 of 4 files'],
])('%j', (now, text) => {
  expect(progressText(now, 1_200)).toBe(text);
});

test('a pipe gets a plain line every five seconds', () => {
  const { show, end, written, at } = display(false);
  for (const ms of [0, 4_999, 5_000, 6_000, 10_000]) {
    at(ms);
    show(progress());
  }
  end();
  expect(written).toEqual(['  45 %  12,345 records  2,469/s  1 of 4 files\n', '  45 %  12,345 records  1,235/s  1 of 4 files\n']);
});

test('a terminal gets one line again and again, cut to its width, and at the end none', () => {
  const { show, tell, end, written, at } = display(true);
  show(progress());
  at(50);
  show(progress());
  tell('model: there');
  at(100);
  show(progress());
  end();
  const live = '\r\u001b[2K[###########-------------]   45 %  12,3\r';
  expect(written).toEqual([live, '\r\u001b[2K', 'model: there\n', live, '\r\u001b[2K']);
});

test('a dumb terminal is treated as a pipe', () => {
  const { show, written } = display(true, 'dumb');
  show(progress());
  expect(written).toEqual([]);
});
