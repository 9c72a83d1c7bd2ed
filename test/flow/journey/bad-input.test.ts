import { describe, expect, it } from 'vitest';
import { startAirlock } from '../../../emulator/airlock.ts';
import { requestBytesMax } from '../../../lambdas/request/read-request.ts';
import { callInit, callRequest, countSpans, getToken, oneRecord } from '../application.ts';

const secret = 'canary.sample@example.com';

const bodies: readonly { name: string; contentType: string | null; body: string | Uint8Array; status: number; code?: string }[] = [
  { name: 'malformed JSON', contentType: 'application/json', body: `{"records":[{"email":"${secret}"}`, status: 400 },
  { name: 'an empty body', contentType: 'application/json', body: '', status: 400 },
  { name: 'an empty CSV body', contentType: 'text/csv', body: '', status: 400 },
  { name: 'an empty JSON lines body', contentType: 'application/jsonlines', body: '', status: 400 },
  { name: 'JSON that is no object', contentType: 'application/json', body: `["${secret}"]`, status: 400 },
  { name: '0 records', contentType: 'application/json', body: '{"records":[]}', status: 400 },
  { name: 'no records member', contentType: 'application/json', body: '{}', status: 400 },
  { name: 'a record that is no object', contentType: 'application/json', body: `{"records":["${secret}"]}`, status: 400 },
  { name: 'a record that is null', contentType: 'application/json', body: '{"records":[null]}', status: 400 },
  { name: 'a record that is an array', contentType: 'application/json', body: '{"records":[[]]}', status: 400 },
  { name: 'a JSON line that is no object', contentType: 'application/jsonlines', body: `{"id":"1"}\n"${secret}"\n`, status: 400 },
  { name: 'a malformed JSON line', contentType: 'application/jsonlines', body: `{"id":"1"}\n{"email":"${secret}\n`, status: 400 },
  { name: 'CSV with a ragged row', contentType: 'text/csv', body: `id,email\n1,${secret},extra\n`, status: 400 },
  { name: 'CSV with a short row', contentType: 'text/csv', body: `id,email,phone\n1,${secret}\n`, status: 400 },
  { name: 'CSV with a header only', contentType: 'text/csv', body: 'id,email\n', status: 400 },
  { name: 'CSV with an open quote', contentType: 'text/csv', body: `id,email\n1,"${secret}\n`, status: 400 },
  {
    name: 'CSV in Windows-1252, as a spreadsheet saves it',
    contentType: 'text/csv',
    body: Buffer.from(`id,email\r\nJ\u00fcrgen,${secret}\r\n`, 'latin1'),
    status: 400,
    code: 'INVALID_ENCODING',
  },
  {
    name: 'JSON lines in Latin-1',
    contentType: 'application/jsonlines',
    body: Buffer.from(`{"id":"J\u00fcrgen","email":"${secret}"}\n`, 'latin1'),
    status: 400,
    code: 'INVALID_ENCODING',
  },
  {
    name: 'JSON lines in Latin-1, under the other name and with a charset',
    contentType: 'application/x-ndjson; charset=utf-8',
    body: Buffer.from(`{"id":"J\u00fcrgen","email":"${secret}"}\n`, 'latin1'),
    status: 400,
    code: 'INVALID_ENCODING',
  },
  { name: 'CSV of old line ends', contentType: 'text/csv', body: `id,email\r1,${secret}\r`, status: 400, code: 'INVALID_LINE_ENDS' },
  { name: 'a wrong content type', contentType: 'application/xml', body: `<a>${secret}</a>`, status: 415 },
  { name: 'a form', contentType: 'application/x-www-form-urlencoded', body: `email=${secret}`, status: 415 },
];

describe('bad input', () => {
  it('gets a 4xx with a code, repeats nothing of the payload and reaches neither model nor bucket', async () => {
    await using airlock = await startAirlock();
    const token = await getToken(airlock);
    for (const { name, contentType, body, status, code } of bodies) {
      const answer = await callRequest(airlock, body, { token, contentType });
      expect({ name, status: answer.status, text: answer.text }).toEqual({ name, status, text: expect.any(String) });
      expect(answer.json?.error, `${name}: ${answer.text}`).toEqual({
        code: code ?? expect.stringMatching(/^[A-Z][A-Z_]+$/),
        message: expect.any(String),
        requestId: expect.any(String),
      });
      expect(answer.text).not.toContain(secret);
    }
    expect(countSpans(airlock, 'aws.sagemaker')).toBe(0);
  });

  it('is refused by /init in the same way', async () => {
    await using airlock = await startAirlock();
    for (const body of [{}, { productCode: '' }, { productCode: 7 }, [], 'text', null]) {
      const answer = await callInit(airlock, body);
      expect(answer.status, JSON.stringify(body)).toBe(400);
      expect(answer.json.error.code).toMatch(/^[A-Z_]+$/);
    }
  });

  it('does not get a token for an unknown product', async () => {
    await using airlock = await startAirlock();
    const answer = await callInit(airlock, { productCode: 'somebody-elses-product' });
    expect(answer.status, answer.text).toBe(403);
    expect(answer.json.error.code).toMatch(/^[A-Z_]+$/);
    expect(answer.text).not.toContain('somebody-elses-product');
  });

  it('of more than 10 MB is cut off by the gateway', async () => {
    await using airlock = await startAirlock();
    const token = await getToken(airlock);
    const answer = await callRequest(airlock, Buffer.alloc(10 * 1024 * 1024 + 1, 0x20), { token });
    expect(answer.status).toBe(413);
  });

  it('of more than the function takes is 413 in our own shape, and up to that it is read', async () => {
    await using airlock = await startAirlock();
    const token = await getToken(airlock);
    const csvOf = (bytes: number) => {
      const rows = 'id,email,more\n1,a.sample@example.com,';
      return `${rows}${'x'.repeat(bytes - rows.length)}`;
    };
    const tooLarge = await callRequest(airlock, csvOf(requestBytesMax + 1), { token, contentType: 'text/csv' });
    expect([tooLarge.status, tooLarge.json.error]).toEqual([
      413,
      { code: 'REQUEST_TOO_LARGE', message: 'The body is too large. At most 4,500,000 bytes.', requestId: expect.any(String) },
    ]);
    const largest = await callRequest(airlock, csvOf(requestBytesMax), { token, contentType: 'text/csv' });
    expect([largest.status, largest.json.result?.records], largest.text).toEqual([200, 1]);
  });

  it('of a stranger gets 403 from /init, and the function is not invoked', async () => {
    await using airlock = await startAirlock();
    const answer = await callInit(airlock, { productCode: 'airlock-identity' }, 'stranger');
    expect(answer.status).toBe(403);
    expect(countSpans(airlock, 'integration')).toBe(0);
  });

  it('does not spoil the next call', async () => {
    await using airlock = await startAirlock();
    const token = await getToken(airlock);
    await callRequest(airlock, '{', { token });
    expect((await callRequest(airlock, oneRecord, { token })).status).toBe(200);
  });
});
