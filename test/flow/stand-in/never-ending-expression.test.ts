import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { expect, it } from 'vitest';
import { startAirlock } from '../../../emulator/airlock.ts';
import { callRequest, getToken } from '../application.ts';
import { modelInteractions, type SampleInteraction, tokenInteractions, writeContracts } from './sample-contracts.ts';

const endless = `${'a'.repeat(40)}!`;

// Backtracks through 2^40 ways before it says no.
function withEndlessRule(interactions: readonly SampleInteraction[], path: string): SampleInteraction[] {
  const body = { [path]: [{ match: 'regex', regex: '^(a+)+$' }] };
  return interactions.map(({ request, ...one }) =>
    request.body === undefined ? { ...one, request } : { ...one, request: { ...request, rules: { ...request.rules, body } } },
  );
}

it("a rule of the model's contract that never ends is a refusal, and /health answers while several such requests wait", async () => {
  const { model } = await writeContracts(4, { model: withEndlessRule(modelInteractions.slice(0, 2), '$.records[0].email') });
  await using airlock = await startAirlock({ model });
  const token = await getToken(airlock);
  const body = JSON.stringify({ records: [{ id: 'c-0001', email: endless }] });
  let open = 3;
  const answers = Array.from({ length: open }, async () => {
    const answer = await callRequest(airlock, body, { token });
    open -= 1;
    return answer;
  });
  const waitsMs: number[] = [];
  while (open > 0) {
    const start = performance.now();
    expect((await fetch(`${airlock.controlUrl}/health`)).status).toBe(200);
    waitsMs.push(performance.now() - start);
  }
  expect((await Promise.all(answers)).map(({ status, json }) => [status, json.error.code])).toEqual(
    answers.map(() => [422, 'MODEL_REJECTED_REQUEST']),
  );
  // One of them at a time, and never longer than the limit (1 s).
  expect(waitsMs.length).toBeGreaterThan(answers.length);
  expect(Math.max(...waitsMs)).toBeLessThan(2_000);
});

it("a rule of the token function's contract that never ends is its failure", async () => {
  const { partner } = await writeContracts(4, { token: withEndlessRule(tokenInteractions, '$.productCode') });
  await using airlock = await startAirlock({ partner });
  const definition = airlock.deployment.functions.find(({ functionName }) => functionName === 'airlock-partner-token');
  const client = new LambdaClient({
    endpoint: airlock.awsUrl,
    region: airlock.region,
    credentials: airlock.credentials['partner-admin'],
    maxAttempts: 1,
  });
  try {
    const { FunctionError, Payload } = await client.send(
      new InvokeCommand({
        FunctionName: `${definition?.arn}:${definition?.aliases[0]?.name}`,
        Payload: JSON.stringify({ productCode: endless }),
      }),
    );
    expect(FunctionError).toBe('Unhandled');
    const error = JSON.parse(Buffer.from(Payload ?? []).toString());
    expect(error.errorType).toBe('NoInteractionFits');
    expect(error.errorMessage).toMatch(/took more than \d+ ms/);
  } finally {
    client.destroy();
  }
});
