// The result, put together over several invocations: each goes on where the last one was.
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AnswerPlace } from '../../../lambdas/large-request/request-state.ts';
import { fixedPieces } from '../../../lambdas/worker/fixed-pieces.ts';
import { joinAnswers } from '../../../lambdas/worker/join-answers.ts';
import { answersAheadBytesMax, answersAheadMax, defaultLimits } from '../../../lambdas/worker/limits.ts';
import { lines, workerDeployment } from './worker-deployment.ts';

beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const expected = (count: number) => lines(count).replaceAll('"n"', '"of"');

describe('a result that takes longer than one invocation', () => {
  it('is written to the end, each invocation going on where the last one was', async () => {
    const world = workerDeployment({ input: lines(400), limits: { concurrency: 1 } });
    // Reading answers is what takes the time: of an invocation, 20 of them.
    let isAssembling = false;
    world.step = (name) => {
      if (name.startsWith('before readAnswer')) isAssembling = true;
      if (isAssembling && name.startsWith('after readAnswer')) world.now += 1_000;
    };
    let invocations = 0;
    for (; world.selfInvocations >= invocations && invocations < 60; invocations += 1) await world.invoke(`a${invocations}`, 80_000);
    expect(world.readState()).toMatchObject({ progress: 'SUCCEEDED', assembly: null, uploadId: null });
    expect(world.result()).toBe(expected(400));
    expect(invocations).toBeGreaterThan(2);
    const reads = world.bucket.operations.filter((operation) => operation.startsWith('readAnswer')).length;
    // What is read ahead is lost with an invocation; what lies behind an uploaded piece is not read again.
    expect(reads).toBeLessThan(200 + invocations * (answersAheadMax + 8));
  });

  it('begins anew where the upload is gone, or its pieces have another size', async () => {
    for (const change of ['gone', 'size'] as const) {
      const world = workerDeployment({ input: lines(40) });
      const dying = world.invoke('a', undefined, (name) => name.startsWith('before uploadPart') && pieces(world) === 3);
      await expect(dying).rejects.toThrow();
      expect(world.readState().assembly?.pieces).toBeGreaterThan(0);
      if (change === 'gone') world.bucket.uploads.clear();
      else world.limits = { ...world.limits, uploadPartBytes: 40 };
      await world.invoke('a');
      expect(world.result()).toBe(expected(40));
    }
  });

  it('is by default written in pieces as small as S3 allows', () => {
    expect(defaultLimits.uploadPartBytes).toBe(5 * 1024 * 1024);
  });
});

function pieces({ bucket }: ReturnType<typeof workerDeployment>): number {
  return Math.max(0, ...[...bucket.uploads.values()].map(({ parts }) => parts.size));
}

it('answers are read ahead by number and by bytes', async () => {
  const small = workerDeployment({ input: lines(200) });
  await small.invoke('a');
  expect(small.result()).toBe(expected(200));
  expect(small.bucket.answersReadingMax).toBeGreaterThan(8);
  expect(small.bucket.answersReadingMax).toBeLessThanOrEqual(answersAheadMax);

  // Of this size four may be there at once.
  const large = workerDeployment({ input: lines(40) });
  large.listedBytes = answersAheadBytesMax / 4;
  await expect(large.invoke('a', undefined, (name) => name.startsWith('before readAnswer'))).rejects.toThrow();
  large.bucket.answersReading = 0;
  large.bucket.answersReadingMax = 0;
  await large.invoke('a');
  expect(large.result()).toBe(expected(40));
  expect(large.bucket.answersReadingMax).toBe(4);
});

describe('joined answers', () => {
  const body = fc.string({ maxLength: 12, unit: fc.constantFrom('a', 'b', '\n') });
  const collect = async (bodies: readonly string[], csv: boolean, from: AnswerPlace, pieceBytes: number) => {
    const answers = async function* () {
      for (const [number, text] of bodies.entries()) {
        if (number === 0 || number >= from.answer)
          yield { number, body: Buffer.from(csv ? `h\r\n${text}` : text), contentType: 'text/csv' };
      }
    };
    const mediaType = csv ? 'text/csv' : 'application/jsonlines';
    const found: { text: string; next: AnswerPlace | null }[] = [];
    for await (const { bytes, next } of fixedPieces(joinAnswers(answers(), { mediaType, from, nameRecords: String }), pieceBytes)) {
      found.push({ text: bytes.toString('latin1'), next });
    }
    return found;
  };

  it('are the same pieces wherever one goes on', async () => {
    const property = fc.asyncProperty(
      fc.array(body, { minLength: 1, maxLength: 8 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 9 }),
      async (bodies, csv, pieceBytes) => {
        const whole = await collect(bodies, csv, { answer: 0, offset: 0, isLineOpen: false }, pieceBytes);
        for (const [index, { next }] of whole.entries()) {
          if (next === null) continue;
          expect(await collect(bodies, csv, next, pieceBytes)).toEqual(whole.slice(index + 1));
        }
      },
    );
    await fc.assert(property, { numRuns: 200 });
  });
});
