import { describe, expect, it } from 'vitest';
import { errorLabel } from '../../../lambdas/aws/error-label.ts';

const rows: readonly (readonly [error: unknown, label: string])[] = [
  [Object.assign(new Error('canary'), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }), 'AccessDenied 403'],
  [Object.assign(new Error('canary'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  [new TypeError('canary'), 'TypeError'],
  [AbortSignal.abort().reason, 'AbortError'],
  ['canary', 'string'],
  [null, 'object'],
];

describe('the label of an error', () => {
  it.each(rows)('of %s is %s', (error, label) => {
    expect(errorLabel(error)).toBe(label);
    expect(label).not.toContain('canary');
  });
});
