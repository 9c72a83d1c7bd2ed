import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mismatchWithoutValues } from '../../../../contracts/results/mismatch-without-values.ts';

const token = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIyMjIyIn0.c2lnbmF0dXJl';

describe('a mismatch in a file to commit', () => {
  it.each<[string, string]>([
    ['status: expected 403 but was 200', 'status: expected 403 but was 200'],
    [`body $.token: Expected '${token}' (String) to match '^x$'`, 'body $.token: does not match the expression'],
    [`body $.token: Expected '${token}' (String) to be equal to 'x'`, 'body $.token: other value'],
    ['body $: Actual map is missing the following keys: expiresAt', 'body $: missing'],
    ["body $.results[0].id: Expected 'a' (String) to be the same type as 3 (Integer)", 'body $.results[0].id: other type'],
    ['body $.results: Expected a List with 2 elements but received 1 elements', 'body $.results: other length'],
    [
      `header www-authenticate: Expected header 'www-authenticate' to have value 'Bearer' but was '${token}'`,
      'header www-authenticate: other value',
    ],
    [`body $['${token}']: Unexpected ${token}`, 'body: not expected'],
    [`body $.${token}: Unexpected`, 'body: not expected'],
    ["body $.state: Expected 'a' (String) to be equal to 'b'", 'body $.state: other value'],
    ['The state "a subscription is active" was not set: 500', 'differs'],
    [token, 'differs'],
    ['', 'differs'],
  ])('%s', (line, expected) => {
    expect(mismatchWithoutValues(line)).toBe(expected);
  });

  it('never holds a value, whatever the line is made of', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9_-]{41,80}$/);
    const line = fc.tuple(
      fc.constantFrom('', 'body $.token: ', 'header x-a: ', 'status: ', 'body $.', "body $['", 'header ', '$.'),
      secret,
      fc.string(),
    );
    fc.assert(
      fc.property(line, ([prefix, value, rest]) => {
        expect(mismatchWithoutValues(`${prefix}${value}${rest}`)).not.toContain(value);
      }),
    );
  });
});
