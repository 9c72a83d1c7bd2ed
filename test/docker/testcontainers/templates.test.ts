import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { postSigned } from '../../../emulator/commands/signed-request.ts';
import { AirlockContainer } from '../../../emulator/testcontainers/airlock-container.ts';
import { hasAirlockImages } from '../../images/airlock-images.ts';
import { docker, imageOf, leftBehind } from './small-images.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const root = resolve(import.meta.dirname, '../../..');
const shipped = ['infra/partner.yaml', 'infra/customer.yaml'].map((file) => join(root, file));

describe.skipIf(!hasAirlockImages)("a customer's own templates in an AirlockContainer", () => {
  afterEach(async () => {
    expect(await leftBehind()).toEqual([]);
  });

  it('bring the TypeScript of their functions and the packages it imports', async () => {
    const container = new AirlockContainer().withParameter('AuthorizerTtlSeconds', '0');
    for (const path of shipped) container.withTemplate(path);
    await using airlock = await container.start();
    const signer = { credentials: airlock.getCredentials(), region: airlock.getRegion() };
    const response = await postSigned(`${airlock.getApiUrl()}/init`, { productCode: 'airlock-identity' }, signer);
    const { token } = (await response.json()) as { token: string };
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const body = '{"records":[{"id":"1"}]}';
    for (const _call of [1, 2]) expect((await fetch(`${airlock.getApiUrl()}/request`, { method: 'POST', headers, body })).status).toBe(200);
    // The parameter has arrived: nothing is cached, the authorizer runs each time.
    const spans = (await airlock.traces()).flatMap((trace) => trace.spans);
    expect(spans.filter(({ fields }) => fields.functionName?.includes('Authorizer')).length).toBeGreaterThanOrEqual(2);
  });

  it('bring code that is a plain directory', async () => {
    await using airlock = await new AirlockContainer().withTemplate(join(root, 'test/bench/fixture/template.yaml')).start();
    const response = await fetch(`${airlock.getApiUrl()}/open`, { method: 'POST', body: '12345' });
    expect(await response.json()).toEqual({ bytes: 5 });
    expect(() => airlock.getResultsBucket()).toThrow('The templates have no results bucket.');
  });

  it('come with an artifact of their own, read-only for the model', async () => {
    using directory = temporaryDirectory({ 'weights.txt': 'blue' });
    const program = `
      import { readFileSync, writeFileSync } from 'node:fs';
            import { createServer } from 'node:http';
      let writable = true;
      try { writeFileSync('/opt/ml/model/other', ''); } catch { writable = false; }
      console.log(readFileSync('/opt/ml/model/weights.txt', 'utf8'), writable, process.env.MODE);
      createServer((request, response) => response.end()).listen(8080);`;
    const container = new AirlockContainer().withModelImage(imageOf('prints-artifact', program));
    await using airlock = await container.withModelDirectory(directory.path).withModelEnvironment({ MODE: 'fast' }).start();
    expect(await docker('logs', airlock.getModelContainerId())).toBe('blue false fast');
  });
});
