import { expect, test } from 'vitest';
import { createBinaryMatcher, firstAccepted, mediaTypeOf } from '../../../emulator/gateway/media-types.ts';

/** Recorded: LocalStack test_aws_proxy_binary_response (S). */
const rows: readonly [list: string[], accept: string, isBinary: boolean, mark: 'S' | 'M'][] = [
  [['image/png', '*/test'], 'image/png', true, 'S'],
  [['image/png', '*/test'], 'image/jpg', false, 'S'],
  [['image/png', '*/test'], 'image/*', false, 'S'],
  [['image/png', '*/test'], '*/test', false, 'S'],
  [['image/png', '*/test'], 'random/test', false, 'S'],
  [['image/png', '*/test'], '*/*', false, 'S'],
  [['image/png'], 'text/html, image/png', false, 'S'],
  [['image/png'], 'image/png;q=0.8, text/html', true, 'S'],
  [['image/png'], 'IMAGE/PNG', true, 'M'],
  [['image/*'], 'image/jpg', true, 'M'],
  [['image/*'], 'text/plain', false, 'M'],
  [['*/*'], 'anything/else', true, 'S'],
  [['*/*'], '', true, 'S'],
  [[], 'image/png', false, 'S'],
  [['image/png'], '', false, 'S'],
];

test.each(rows)('with the list %j, Accept "%s" is binary: %s', (list, accept, isBinary) => {
  expect(createBinaryMatcher(list)(firstAccepted(accept))).toBe(isBinary);
});

test('a media type is compared without its parameters', () => {
  expect(mediaTypeOf('Application/JSON; charset=utf-8')).toBe('application/json');
  expect(mediaTypeOf(undefined)).toBe('');
});
