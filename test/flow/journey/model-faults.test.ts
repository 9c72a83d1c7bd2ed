import { describe, it, type TestContext } from 'vitest';
import { startAirlock } from '../../../emulator/airlock.ts';
import { callRequest, getToken, oneRecord } from '../application.ts';
import { editedTemplates } from '../edited-template.ts';

/** Both templates, with these variables in the environment of the model's container, and a request function that gives up after 7 s. */
const withModelEnvironment = (variables: Record<string, string>) =>
  editedTemplates('customer', /- (ModelPackageName: !Ref ModelPackageArn)/, `- { $1, Environment: ${JSON.stringify(variables)} }`).map(
    (template) => (typeof template === 'string' ? template : { ...template, text: template.text.replace('Timeout: 28', 'Timeout: 7') }),
  );

describe.concurrent('a model', () => {
  it('that crashes in mid-request fails that call, is started again, and answers the next', async ({ expect }) => {
    const template = withModelEnvironment({ MODEL_STUB_FAULTS: 'by-request' });
    await using airlock = await startAirlock({ template });
    const token = await getToken(airlock);
    const [model] = airlock.models.values();
    const crash = model?.request({
      method: 'POST',
      path: '/invocations',
      headers: { 'content-type': 'application/json', 'x-amzn-sagemaker-custom-attributes': 'fault=crash' },
      body: Buffer.from(oneRecord),
      timeoutMs: 5_000,
    });
    await expect(crash).rejects.toMatchObject({ reason: 'connectionLost' });
    const next = await callRequest(airlock, oneRecord, { token });
    expect(next.status, next.text).toBe(200);
  });

  it('that crashes at every request ends calls with 504 and a code: SageMaker tells a lost answer from a late one by words only', async ({
    expect,
  }) => {
    const template = withModelEnvironment({ MODEL_STUB_FAULT: 'crash' });
    await using airlock = await startAirlock({ template });
    const answer = await callRequest(airlock, oneRecord);
    expect(answer.status, answer.text).toBe(504);
    expect(answer.json.error).toEqual({
      code: expect.stringMatching(/^MODEL_/),
      message: expect.any(String),
      requestId: expect.any(String),
    });
  });

  it.for(['500', '503'])('that answers %s ends the call with 502', async (status, { expect }: TestContext) => {
    const template = withModelEnvironment({ MODEL_STUB_FAULT_STATUS: status });
    await using airlock = await startAirlock({ template });
    const answer = await callRequest(airlock, oneRecord);
    expect(answer.status, answer.text).toBe(502);
    expect(answer.json.error.code).toMatch(/^MODEL_/);
  });

  it.for([
    ['413', 413, 'REQUEST_TOO_LARGE'],
    ['429', 502, 'MODEL_UNAVAILABLE'],
  ] as const)('that answers %s ends the call with %i %s', async ([modelStatus, status, code], { expect }) => {
    const template = withModelEnvironment({ MODEL_STUB_FAULT_STATUS: modelStatus });
    await using airlock = await startAirlock({ template });
    const answer = await callRequest(airlock, oneRecord);
    expect([answer.status, answer.json.error.code], answer.text).toEqual([status, code]);
  });

  it('that refuses the records ends the call with 422', async ({ expect }) => {
    const template = withModelEnvironment({ MODEL_STUB_FAULT_STATUS: '400' });
    await using airlock = await startAirlock({ template });
    const answer = await callRequest(airlock, oneRecord);
    expect(answer.status, answer.text).toBe(422);
    expect(answer.json.error.code).toMatch(/^MODEL_/);
  });

  it('that cuts its answer off ends the call with 504', async ({ expect }) => {
    const template = withModelEnvironment({ MODEL_STUB_FAULT: 'half-answer' });
    await using airlock = await startAirlock({ template });
    const answer = await callRequest(airlock, oneRecord);
    expect(answer.status, answer.text).toBe(504);
  });

  it('that is slow is waited for', async ({ expect }) => {
    const template = withModelEnvironment({ MODEL_STUB_FAULT_LATENCY_MS: '700' });
    await using airlock = await startAirlock({ template });
    expect((await callRequest(airlock, oneRecord)).status).toBe(200);
  });

  it('that hangs ends the call with 504', async ({ expect }) => {
    const template = withModelEnvironment({ MODEL_STUB_FAULT: 'hang' });
    await using airlock = await startAirlock({ template });
    const answer = await callRequest(airlock, oneRecord);
    expect(answer.status, answer.text).toBe(504);
  });

  it('that is down ends the call with 502, a code and Retry-After', async ({ expect }) => {
    await using airlock = await startAirlock();
    const token = await getToken(airlock);
    await Promise.all([...airlock.models.values()].map((model) => model.close()));
    const answer = await callRequest(airlock, oneRecord, { token });
    expect(answer.status, answer.text).toBe(502);
    expect([answer.json.error.code, answer.headers.get('retry-after')]).toEqual(['MODEL_UNAVAILABLE', '5']);
  });
});
