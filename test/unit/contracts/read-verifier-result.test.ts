import { expect, test } from 'vitest';
import { readVerifierResult } from '../../../contracts/verification/read-verifier-result.ts';

const result = (...interactionResults: object[]) => JSON.stringify({ interactionResults });
const ok = { description: 'a thing', result: 'OK' };

test('one good result about the interaction is a pass', () => {
  expect(readVerifierResult(result(ok), 'a thing')).toEqual({ ok: true, mismatches: [] });
});

test.each([
  ['no result', result()],
  ['two results', result(ok, ok)],
  ['a result about another interaction', result({ ...ok, description: 'other' })],
  ['no JSON', 'Verification successful'],
  ['no list', '{}'],
  ['nothing', 'null'],
])('%s is never a pass', (_what, json) => {
  expect(() => readVerifierResult(json, 'a thing')).toThrow(expect.objectContaining({ code: 'VERIFICATION_FAILED' }));
});

test.each([
  ['an unknown verdict', { ...ok, result: 'Maybe' }],
  ['no verdict', { description: 'a thing' }],
  ['a good verdict with a mismatch beside it', { ...ok, mismatch: { message: 'but' } }],
])('%s fails', (_what, entry) => {
  const { ok: passed, mismatches } = readVerifierResult(result(entry), 'a thing');
  expect(passed).toBe(false);
  expect(mismatches).toHaveLength(1);
});

test('a mismatch says where and what, without a token that was in the answer', () => {
  const token = `eyJ${'a'.repeat(20)}.${'b'.repeat(20)}.c`;
  const mismatch = {
    type: 'mismatches',
    mismatches: [
      { type: 'StatusMismatch', mismatch: 'expected 403 but was 200' },
      { type: 'BodyMismatch', path: '$.token', mismatch: `Expected '${token}' to be a number` },
      { type: 'HeaderMismatch', key: 'x-a', mismatch: 'Expected header' },
    ],
  };
  expect(readVerifierResult(result({ ...ok, result: 'Error', mismatch }), 'a thing').mismatches).toEqual([
    'status: expected 403 but was 200',
    'body $.token: other value',
    'header x-a: Expected header',
  ]);
});
