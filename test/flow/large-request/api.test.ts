import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startAirlock } from '../../../emulator/airlock.ts';
import { callRequest, countSpans, oneRecord } from '../application.ts';
import { editedTemplates } from '../edited-template.ts';
import { largeApplication } from './large-application.ts';

const lines = '{"id":"1","email":"a.sample@example.com"}\n{"id":"2","phone":"+1 212 555 0101"}\n';
const table = 'id,email\n1,a.sample@example.com\n';
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const time = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
const hashOf = (key: string) => createHash('sha256').update(`222222222222\n${key}`).digest('hex');

describe('POST /request with an inputLocation', () => {
  it('is 202 at once, and Location leads to the result, which is the answer of the model to the records', async () => {
    await using airlock = await startAirlock();
    using application = await largeApplication(airlock);
    const { token } = application;
    const answer = await application.send(await application.put('inputs/a.jsonl', lines));
    expect(answer.status, answer.text).toBe(202);
    const { requestId } = answer.json;
    expect(answer.json).toEqual({ requestId: expect.stringMatching(uuid), state: 'QUEUED' });
    expect(answer.headers.get('location')).toBe(`/v1/request/${requestId}`);
    const state = await fetch(new URL(answer.headers.get('location') ?? '', airlock.apiUrl ?? ''), {
      headers: { authorization: `Bearer ${token}` },
    });
    expect([state.status, state.headers.get('cache-control')]).toEqual([200, 'no-store']);

    const ended = await application.end(requestId);
    const { bytes } = ended.json.result ?? {};
    expect(ended.json).toEqual({
      ...{ requestId, state: 'SUCCEEDED', recordsDone: 2 },
      createdAt: expect.stringMatching(time),
      updatedAt: expect.stringMatching(time),
      result: { bucket: application.bucket, key: `results/${requestId}`, contentType: 'application/jsonlines', bytes, records: 2 },
    });
    const small = await callRequest(airlock, lines, { token, contentType: 'application/jsonlines' });
    const stored = await application.read(`results/${requestId}`);
    expect(stored.equals(await application.read(small.json.result.key))).toBe(true);
    expect(bytes).toBe(stored.length);
  });

  it('takes the type of the object, or where it has none the ending of its key', async () => {
    await using airlock = await startAirlock();
    using application = await largeApplication(airlock);
    const rows = [
      ['inputs/typed', 'application/jsonlines', 'application/jsonlines'],
      ['inputs/other-name.bin', 'application/x-ndjson; charset=UTF-8', 'application/jsonlines'],
      ['inputs/deep/er/a.csv', 'binary/octet-stream', 'text/csv'],
      ['inputs/B.NDJSON', 'application/octet-stream', 'application/jsonlines'],
      ['inputs/type-wins.jsonl', 'text/csv', 'text/csv'],
      ['inputs/a b?c#d+e ü%20.csv', undefined, 'text/csv'],
    ] as const;
    for (const [key, contentType, mediaType] of rows) {
      const body = mediaType === 'text/csv' ? table : lines;
      const answer = await application.send(await application.put(key, body, contentType));
      expect(answer.status, `${key}: ${answer.text}`).toBe(202);
      const { input, subject } = await application.readState(answer.json.requestId);
      expect([input.key, input.mediaType, input.bytes, subject]).toEqual([key, mediaType, body.length, '222222222222']);
    }
  });

  it('is refused where there is nothing that can be worked on, repeats nothing of it, and leaves nothing behind', async () => {
    await using airlock = await startAirlock();
    using application = await largeApplication(airlock);
    const { bucket, put } = application;
    const rows: readonly (readonly [location: string, status: number, code: string])[] = [
      [await put('inputs/empty.jsonl', ''), 400, 'EMPTY_INPUT'],
      [await put('inputs/a.json', '{"records":[]}', 'application/json'), 415, 'UNSUPPORTED_INPUT_TYPE'],
      [await put('inputs/a.parquet', 'x'), 415, 'UNSUPPORTED_INPUT_TYPE'],
      [await put('inputs/latin.csv', table, 'text/csv; charset=iso-8859-1'), 415, 'UNSUPPORTED_INPUT_TYPE'],
      [await put('results/canary.csv', table, 'text/csv'), 400, 'INVALID_INPUT_LOCATION'],
      [`s3://${bucket}/inputs/canary.csv`, 400, 'INPUT_NOT_FOUND'],
      [`s3://${bucket}/inputs/`, 400, 'INVALID_INPUT_LOCATION'],
      [`s3://${bucket}/inputs/../results/canary.csv`, 400, 'INVALID_INPUT_LOCATION'],
      [`s3://${bucket}/inputs/${'x'.repeat(1_018)}`, 400, 'INVALID_INPUT_LOCATION'],
      [`s3://canary/inputs/a.csv`, 400, 'INVALID_INPUT_LOCATION'],
      [`S3://${bucket}/inputs/a.csv`, 400, 'INVALID_INPUT_LOCATION'],
      [`https://${bucket}.s3.amazonaws.com/inputs/canary.csv`, 400, 'INVALID_INPUT_LOCATION'],
      ['canary', 400, 'INVALID_INPUT_LOCATION'],
      ['', 400, 'INVALID_INPUT_LOCATION'],
    ];
    for (const [location, status, code] of rows) {
      for (const headers of [{}, { 'Idempotency-Key': `key-${location.length}` }]) {
        const answer = await application.send(location, { headers });
        expect([answer.status, answer.json?.error?.code], location).toEqual([status, code]);
        expect(Object.keys(answer.json.error)).toEqual(['code', 'message', 'requestId']);
        expect(answer.text).not.toMatch(/canary|parquet|latin/);
      }
    }
    expect([await application.list('requests/'), await application.list('claims/')]).toEqual([[], []]);
    expect(countSpans(airlock, 'aws.lambda', ({ functionName }) => String(functionName).includes('Worker'))).toBe(0);
  });

  it('is refused by API Gateway where it is not of the form: either records or a location', async () => {
    await using airlock = await startAirlock();
    using application = await largeApplication(airlock);
    const { token } = application;
    const bodies = [
      {},
      { inputLocation: 7 },
      { inputLocation: null },
      { inputLocation: 's3://canary/inputs/a', records: [{}] },
      { inputLocation: 's3://canary/inputs/a', more: 1 },
      { inputLocations: ['s3://canary/inputs/a'] },
    ];
    for (const body of bodies) {
      const answer = await callRequest(airlock, JSON.stringify(body), { token });
      expect([answer.status, answer.json.error], JSON.stringify(body)).toEqual([
        400,
        { code: 'INVALID_REQUEST_BODY', message: 'Invalid request body', requestId: expect.any(String) },
      ]);
    }
    expect(countSpans(airlock, 'integration', ({ operation }) => operation !== 'init')).toBeLessThanOrEqual(1);
  });

  it('needs a token as a request with records does', async () => {
    await using airlock = await startAirlock();
    using application = await largeApplication(airlock);
    const location = await application.put('inputs/a.csv', table);
    expect((await application.send(location, { token: null })).status).toBe(401);
    expect((await application.send(location, { token: `${application.token.slice(0, -4)}AAAA` })).status).toBe(401);
    expect((await application.ask('0'.repeat(64), { token: null })).status).toBe(401);
    expect((await application.ask('0'.repeat(64), { token: `${application.token.slice(0, -4)}AAAA` })).status).toBe(401);
  });
});

describe('Idempotency-Key of a large request', () => {
  it('names it: a repetition gets the same id and its present state, also when the input has gone since', async () => {
    await using airlock = await startAirlock();
    using application = await largeApplication(airlock);
    const headers = { 'Idempotency-Key': 'order-1' };
    const location = await application.put('inputs/a.csv', table);
    const first = await application.send(location, { headers });
    expect(first.json).toEqual({ requestId: hashOf('order-1'), state: 'QUEUED' });
    expect((await application.end(first.json.requestId)).json.state).toBe('SUCCEEDED');
    await application.put('inputs/a.csv', '');
    const again = await application.send(location, { headers });
    expect([again.status, again.json]).toEqual([202, { requestId: hashOf('order-1'), state: 'SUCCEEDED' }]);
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect(await application.list('results/')).toEqual([`results/${hashOf('order-1')}`]);
  });

  it('is good for one kind of request, and one location, only', async () => {
    await using airlock = await startAirlock();
    using application = await largeApplication(airlock);
    const { token } = application;
    const location = await application.put('inputs/a.csv', table);
    const other = await application.put('inputs/b.csv', table);
    const key = (name: string) => ({ headers: { 'Idempotency-Key': name }, token });
    expect((await application.send(location, key('a'))).status).toBe(202);
    expect((await callRequest(airlock, oneRecord, key('b'))).status).toBe(200);
    const reused = [
      await application.send(other, key('a')),
      await callRequest(airlock, oneRecord, key('a')),
      await application.send(location, key('b')),
    ];
    for (const answer of reused) expect([answer.status, answer.json.error.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
    expect((await application.send(location, key('with space'))).json.error.code).toBe('INVALID_IDEMPOTENCY_KEY');
    expect(await application.list('requests/')).toEqual([`requests/${hashOf('a')}.json`]);
  });

  it('of two hundred equal calls, as many at once as the function takes, makes one request and one result', async () => {
    await using airlock = await startAirlock();
    using application = await largeApplication(airlock);
    const location = await application.put('inputs/a.csv', table);
    const headers = { 'Idempotency-Key': 'order-1' };
    // A hundred may wait for the function; API Gateway answers 500 for what Lambda throttles.
    const hundred = () => Promise.all(Array.from({ length: 100 }, () => application.send(location, { headers })));
    const answers = [...(await hundred()), ...(await hundred())];
    expect(new Set(answers.map(({ status, json }) => `${status} ${json?.requestId}`))).toEqual(new Set([`202 ${hashOf('order-1')}`]));
    expect(await application.list('requests/')).toEqual([`requests/${hashOf('order-1')}.json`]);
    expect((await application.end(hashOf('order-1'))).json.state).toBe('SUCCEEDED');
    expect(await application.list('results/')).toHaveLength(1);
  });
});

describe('GET /request/{requestId}', () => {
  it('does not know an id that nobody was given, that is none, of records, or of another subject', async () => {
    await using airlock = await startAirlock();
    using application = await largeApplication(airlock);
    const small = await callRequest(airlock, oneRecord, { token: application.token, headers: { 'Idempotency-Key': 'small' } });
    const sent = await application.send(await application.put('inputs/a.csv', table));
    const foreign = { ...(await application.readState(sent.json.requestId)), requestId: 'f'.repeat(64), subject: '333333333333' };
    await application.writeState(foreign);
    const ids = [
      '0'.repeat(64),
      hashOf('small'),
      small.json.requestId,
      'f'.repeat(64),
      'x',
      'A'.repeat(64),
      '..%2Fclaims%2Fx',
      '%00',
      '%20',
    ];
    for (const id of ids) {
      const answer = await application.ask(id);
      expect([answer.status, answer.json], id).toEqual([
        404,
        { error: { code: 'REQUEST_NOT_FOUND', message: 'There is no such request.', requestId: expect.any(String) } },
      ]);
    }
  });

  it('tells why a request failed', async () => {
    await using airlock = await startAirlock();
    using application = await largeApplication(airlock);
    const sent = await application.send(await application.put('inputs/a.jsonl', '{"id":"1"}\n{"canary\n'));
    const ended = await application.end(sent.json.requestId);
    expect([ended.status, ended.json.state, ended.json.error.code]).toEqual([200, 'FAILED', 'INVALID_JSON_LINE']);
    expect(ended.text).not.toContain('canary');
    expect(ended.json.result).toBeUndefined();
  });
});

describe('a template in which', () => {
  it('request may not invoke the worker: 503, with a key the next call begins it, without one nobody waits', async () => {
    const template = editedTemplates('customer', /(Sid: HandToWorker\s+Effect: )Allow/, '$1Deny');
    await using airlock = await startAirlock({ template });
    using application = await largeApplication(airlock);
    const location = await application.put('inputs/a.csv', table);
    const answer = await application.send(location);
    expect([answer.status, answer.json.error.code, answer.headers.get('retry-after')]).toEqual([503, 'WORKER_UNAVAILABLE', '2']);
    expect(answer.text).not.toMatch(/AccessDenied|arn:/);
    const [key = ''] = await application.list('requests/');
    const state = await application.ask(key.replace(/^requests\/|\.json$/g, ''));
    expect([state.json.state, state.json.error.code]).toEqual(['FAILED', 'WORKER_UNAVAILABLE']);

    const headers = { 'Idempotency-Key': 'order-1' };
    for (let call = 0; call < 2; call++) expect((await application.send(location, { headers })).status).toBe(503);
    expect((await application.ask(hashOf('order-1'))).json.state).toBe('QUEUED');
  });

  it('request may not write the state: 503, and the worker is not told', async () => {
    const template = editedTemplates('customer', /s3:PutObject(?=\s)/, 's3:PutObjectAcl');
    await using airlock = await startAirlock({ template });
    using application = await largeApplication(airlock);
    const location = await application.put('inputs/a.csv', table);
    for (const headers of [{}, { 'Idempotency-Key': 'order-1' }]) {
      const answer = await application.send(location, { headers });
      expect([answer.status, answer.json.error.code, answer.headers.get('retry-after')]).toEqual([503, 'STATE_UNAVAILABLE', '2']);
    }
    expect(await application.list('requests/')).toEqual([]);
  });

  it('request may not read: 503 from GET', async () => {
    const template = editedTemplates('customer', /s3:GetObject(?=\s)/, 's3:GetObjectAcl');
    await using airlock = await startAirlock({ template });
    using application = await largeApplication(airlock);
    const answer = await application.ask('0'.repeat(64));
    expect([answer.status, answer.json.error.code]).toEqual([503, 'STATE_UNAVAILABLE']);
  });
});
