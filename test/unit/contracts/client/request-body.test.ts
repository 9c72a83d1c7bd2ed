import { describe, expect, it } from 'vitest';
import { type IdentityRequestInput, writeRequestBody } from '../../../../contracts/client/request-body.ts';

describe('the body of a request', () => {
  it('is JSON for records, and otherwise what was given, byte for byte, in a copy', () => {
    expect(writeRequestBody({ records: [{ id: '1' }] })).toEqual({ contentType: 'application/json', body: '{"records":[{"id":"1"}]}' });
    expect(writeRequestBody({ contentType: 'text/csv', body: 'id\r\n1\r\n' })).toEqual({ contentType: 'text/csv', body: 'id\r\n1\r\n' });
    const bytes = Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b);
    const { body } = writeRequestBody({ contentType: 'application/x-ndjson', body: bytes });
    bytes.fill(0);
    expect(body).toEqual(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b));
  });

  const circle: { canaryName?: object } = {};
  circle.canaryName = circle;

  it.each([
    ['a circle', { records: [circle] }],
    ['a BigInt', { records: [{ canaryName: 1n }] }],
    ['records that are no list', { records: 'canaryName' }],
    ['another content type', { contentType: 'text/canaryName', body: '' }],
    ['a body that is no text', { contentType: 'text/csv', body: 7 }],
    ['a text', 'canaryName'],
    ['null', null],
  ])('cannot be made of %s, and the error says nothing of it', (_name, input) => {
    const write = () => writeRequestBody(input as unknown as IdentityRequestInput);
    expect(write).toThrow(TypeError);
    expect(write).not.toThrow(/canaryName/);
  });
});
