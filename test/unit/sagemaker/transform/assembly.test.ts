import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createByteBudget } from '../../../../emulator/aws/byte-budget.ts';
import type { ModelResponse } from '../../../../emulator/model/model.ts';
import { createAssembly } from '../../../../emulator/sagemaker/transform/assembly.ts';
import { answerMemoryBytes, holdAnswer } from '../../../../emulator/sagemaker/transform/held-answer.ts';

async function createDirectory() {
  const path = await mkdtemp(join(tmpdir(), 'assembly-'));
  return { path, files: () => readdir(path), [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

function respond(chunks: readonly Buffer[], breaks = false): ModelResponse {
  async function* body() {
    yield* chunks;
    if (breaks) throw new Error('broke off');
  }
  return { status: 200, headers: { 'content-type': 'text/csv' }, body: body(), [Symbol.dispose]() {} };
}

const chunk = fc.stringMatching(/^[a\n]{0,6}$/).map((text) => Buffer.from(text));

test('answers stand behind each other, whatever part of them memory holds', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(chunk, { maxLength: 4 }), { maxLength: 6 }),
      fc.nat(12),
      fc.boolean(),
      async (answers, bytesMax, isLine) => {
        await using directory = await createDirectory();
        const memory = createByteBudget(bytesMax);
        const assembleWith = isLine ? 'Line' : 'None';
        const assembly = createAssembly({ path: join(directory.path, 'output'), assembleWith, accept: null, kmsKeyId: null });
        const held = await Promise.all(
          answers.map((chunks, index) => holdAnswer(respond(chunks), memory, join(directory.path, String(index)))),
        );
        for (const answer of held) {
          await assembly.append(answer);
          await answer[Symbol.asyncDispose]();
        }
        const { body, contentType } = await assembly.finish();
        if (Buffer.isBuffer(body)) throw new Error('the output is in memory');
        const whole = answers.map((chunks) => Buffer.concat(chunks).toString());
        const expected = whole.map((text) => (isLine && !text.endsWith('\n') ? `${text}\n` : text)).join('');
        expect((await buffer(body.open())).toString()).toBe(expected);
        expect(body.bytes).toBe(expected.length);
        expect(contentType).toBe(answers.length === 0 ? undefined : 'text/csv');
        await assembly[Symbol.asyncDispose]();
        expect(await directory.files()).toEqual([]);
        expect([memory.take(bytesMax), memory.take(1)]).toEqual([true, false]);
      },
    ),
    { numRuns: 50 },
  );
});

test('an answer that breaks off leaves nothing', async () => {
  await using directory = await createDirectory();
  const memory = createByteBudget(3);
  const chunks = [Buffer.from('abc'), Buffer.from('def')];
  await expect(holdAnswer(respond(chunks, true), memory, join(directory.path, 'answer'))).rejects.toThrow('broke off');
  expect(await directory.files()).toEqual([]);
  expect(memory.take(3)).toBe(true);
});

test("the output has the job's Accept as its type, and its key", async () => {
  await using directory = await createDirectory();
  const path = join(directory.path, 'output');
  await using assembly = createAssembly({ path, assembleWith: 'None', accept: 'application/json', kmsKeyId: 'alias/own' });
  await assembly.append(
    await holdAnswer(respond([Buffer.from('{}')]), createByteBudget(answerMemoryBytes), join(directory.path, 'answer')),
  );
  expect(await assembly.finish()).toMatchObject({ contentType: 'application/json', kmsKeyId: 'alias/own', body: { bytes: 2 } });
});

test('a disk that takes nothing is an error of the one who appends', async () => {
  await using directory = await createDirectory();
  await using assembly = createAssembly({ path: join(directory.path, 'none/output'), assembleWith: 'None', accept: null, kmsKeyId: null });
  const answer = { contentType: null, endsWithNewline: true, read: () => [Buffer.alloc(2 * 1024 * 1024), Buffer.from('x')] };
  await expect(assembly.append(answer)).rejects.toMatchObject({ code: 'ENOENT' });
});
