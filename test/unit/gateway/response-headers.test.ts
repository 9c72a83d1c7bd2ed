import { expect, test } from 'vitest';
import { responseHeaders } from '../../../emulator/gateway/response-headers.ts';

/** AWS "API Gateway important notes", header table: S for the table, M for the three ids. */
const rows: readonly [name: string, sentAs: string | null, mark: 'S' | 'M'][] = [
  ['Authorization', 'x-amzn-Remapped-Authorization', 'S'],
  ['Connection', 'x-amzn-Remapped-Connection', 'S'],
  ['Content-Length', 'x-amzn-Remapped-Content-Length', 'S'],
  ['Content-MD5', 'x-amzn-Remapped-Content-MD5', 'S'],
  ['Date', 'x-amzn-Remapped-Date', 'S'],
  ['Max-Forwards', 'x-amzn-Remapped-Max-Forwards', 'S'],
  ['Server', 'x-amzn-Remapped-Server', 'S'],
  ['User-Agent', 'x-amzn-Remapped-User-Agent', 'S'],
  ['WWW-Authenticate', 'x-amzn-Remapped-WWW-Authenticate', 'S'],
  ['www-authenticate', 'x-amzn-Remapped-www-authenticate', 'S'],
  ['Expect', null, 'S'],
  ['Host', null, 'S'],
  ['Proxy-Authenticate', null, 'S'],
  ['TE', null, 'S'],
  ['transfer-encoding', null, 'S'],
  ['Trailer', null, 'S'],
  ['Upgrade', null, 'S'],
  ['Via', null, 'S'],
  ['x-amzn-RequestId', null, 'M'],
  ['Content-Encoding', 'Content-Encoding', 'S'],
  ['Content-Type', 'Content-Type', 'S'],
  ['Age', 'Age', 'S'],
  ['X-Custom', 'X-Custom', 'S'],
  ['Set-Cookie', 'Set-Cookie', 'S'],
];

test.each(rows)('the header %s of a function is sent as %s', (name, sentAs) => {
  expect(responseHeaders([[name, 'v']])).toEqual(sentAs === null ? [] : [[sentAs, 'v']]);
});

test.each([
  ['a line end in a value', 'X-A', 'a\r\nSet-Cookie: b'],
  ['a line end in a name', 'X-A\r\nX-B', 'v'],
  ['a blank in a name', 'X A', 'v'],
  ['a NUL', 'X-A', '\0'],
])('%s cannot be sent', (_name, name, value) => {
  expect(responseHeaders([[name, value]])).toBeNull();
});

test('what is not ASCII goes out as the bytes of UTF-8', () => {
  const [[, value = ''] = []] = responseHeaders([['X-Name', 'Zoë €']]) ?? [];
  expect(Buffer.from(value, 'latin1').toString('utf8')).toBe('Zoë €');
});
