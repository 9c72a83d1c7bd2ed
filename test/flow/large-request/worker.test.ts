import { describe, expect, it } from 'vitest';
import { startWorker } from './worker-deployment.ts';

function jsonLines(count: number): string {
  return Array.from({ length: count }, (_, index) => `${JSON.stringify({ id: `r${index}`, email: `p${index}@example.com` })}\n`).join('');
}

const idsOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).id);

describe('the worker on Lambda', () => {
  it('turns an input into one result, in input order, through many calls of the model', async () => {
    await using world = await startWorker({ variables: { PART_RECORDS: '100' } });
    const requestId = await world.prepare(jsonLines(1_050), 'application/jsonlines');
    await world.invoke(requestId);
    const state = await world.untilFinal(requestId);
    expect(state).toMatchObject({ progress: 'SUCCEEDED', recordsDone: 1_050, error: null });
    expect(state.parts).toHaveLength(11);
    const text = await world.readText(`results/${requestId}`);
    expect(idsOf(text)).toEqual(Array.from({ length: 1_050 }, (_, index) => `r${index}`));
    expect(state.result).toMatchObject({ bytes: Buffer.byteLength(text), records: 1_050, contentType: 'application/jsonlines' });
    const { Metadata } = await world.head(`results/${requestId}`);
    expect(Metadata).toMatchObject({ 'request-id': requestId, records: '1050' });
    await expect.poll(() => world.keys(`work/${requestId}/`), { timeout: 5_000 }).toEqual([]);
  });

  it('keeps one header of CSV, with line breaks inside quotes', async () => {
    await using world = await startWorker({ variables: { PART_RECORDS: '7' } });
    const rows = Array.from({ length: 50 }, (_, index) => `r${index},"p${index}@example.com","a\r\nb"\r\n`);
    const requestId = await world.prepare(`id,email,note\r\n${rows.join('')}`, 'text/csv');
    await world.invoke(requestId);
    expect(await world.untilFinal(requestId)).toMatchObject({ progress: 'SUCCEEDED', recordsDone: 50 });
    const result = (await world.readText(`results/${requestId}`)).trimEnd().split('\r\n');
    expect(result[0]).toBe('id,personId,confidence,matchedOn,reason');
    expect(result.slice(1).map((row) => row.split(',')[0])).toEqual(rows.map((_, index) => `r${index}`));
  });

  it('writes a result of several pieces by multipart upload', async () => {
    await using world = await startWorker({ variables: { PART_RECORDS: '20000' } });
    const requestId = await world.prepare(jsonLines(90_000), 'application/jsonlines');
    await world.invoke(requestId);
    const state = await world.untilFinal(requestId);
    expect(state).toMatchObject({ progress: 'SUCCEEDED', recordsDone: 90_000 });
    const { ETag, ContentLength } = await world.head(`results/${requestId}`);
    expect(ContentLength).toBeGreaterThan(8 * 1024 * 1024);
    expect(ETag).toMatch(/-3"$/);
    expect(idsOf(await world.readText(`results/${requestId}`))).toEqual(Array.from({ length: 90_000 }, (_, index) => `r${index}`));
  }, 60_000);

  it('goes on in further invocations of itself when its time is short', async () => {
    await using world = await startWorker({
      timeoutSeconds: 4,
      variables: { PART_RECORDS: '10', CONCURRENCY: '1' },
      modelVariables: { MODEL_STUB_FAULT_LATENCY_MS: '400' },
    });
    const requestId = await world.prepare(jsonLines(160), 'application/jsonlines');
    await world.invoke(requestId);
    expect(await world.untilFinal(requestId)).toMatchObject({ progress: 'SUCCEEDED', recordsDone: 160 });
    expect(idsOf(await world.readText(`results/${requestId}`))).toEqual(Array.from({ length: 160 }, (_, index) => `r${index}`));
  }, 60_000);

  it('is given up when the model fails at every try of Lambda', async () => {
    await using world = await startWorker({ modelVariables: { MODEL_STUB_FAULT_STATUS: '500' } });
    const requestId = await world.prepare(jsonLines(3), 'application/jsonlines');
    await world.invoke(requestId);
    expect(await world.untilFinal(requestId)).toMatchObject({ progress: 'FAILED', error: { code: 'MODEL_FAILED' }, holder: null });
  });

  it.each([
    ['a setting that cannot be read', { variables: { CONCURRENCY: '0' } }],
    ['a permission that is missing', { mayWrite: ['requests', 'work'] }],
    ['a permission that is missing for the state', { mayWrite: ['work', 'results'] }],
  ])('does not take %s for a fault of the data', async (_what, options) => {
    await using world = await startWorker(options);
    const requestId = await world.prepare(jsonLines(3), 'application/jsonlines');
    await world.invoke(requestId);
    expect(await world.untilFinal(requestId)).toMatchObject({ progress: 'FAILED', error: { code: 'WORKER_MISCONFIGURED' }, holder: null });
    await expect.poll(() => world.keys(`work/${requestId}/`), { timeout: 5_000 }).toEqual([]);
  });

  it('says what is wrong with the input', async () => {
    await using world = await startWorker();
    const requestId = await world.prepare('{"id":"r0","email":"a@example.com"}\n{"id":\n', 'application/jsonlines');
    await world.invoke(requestId);
    expect(await world.untilFinal(requestId)).toMatchObject({
      progress: 'FAILED',
      error: { code: 'INVALID_JSON_LINE', message: expect.stringContaining('Line 2.') },
    });
  });
});
