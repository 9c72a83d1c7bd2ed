import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postSigned } from '../../../emulator/commands/signed-request.ts';
import { AirlockContainer, type PrincipalName, type StartedAirlockContainer } from '../../../emulator/testcontainers/airlock-container.ts';
import { oneRecord } from '../../flow/application.ts';
import { hasAirlockImages } from '../../images/airlock-images.ts';
import { docker, leftBehind } from './small-images.ts';

/** The application under test: gets a token, sends one record, reads the stored answer. */
async function callInit(airlock: StartedAirlockContainer, principal?: PrincipalName): Promise<Response> {
  const signer = { credentials: airlock.getCredentials(principal), region: airlock.getRegion() };
  return postSigned(`${airlock.getApiUrl()}/init`, { productCode: 'airlock-identity' }, signer);
}

interface Stored {
  readonly result: { readonly bucket: string; readonly key: string; readonly records: number };
}

async function sendRecord(airlock: StartedAirlockContainer): Promise<Stored> {
  const { token } = (await (await callInit(airlock)).json()) as { token: string };
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const response = await fetch(`${airlock.getApiUrl()}/request`, { method: 'POST', headers, body: oneRecord });
  if (!response.ok) throw new Error(`POST /request answered ${response.status} ${await response.text()}`);
  return (await response.json()) as Stored;
}

async function readObject(airlock: StartedAirlockContainer, { result }: Stored): Promise<unknown> {
  const s3 = new S3Client({ endpoint: airlock.getAwsUrl(), region: airlock.getRegion(), credentials: airlock.getCredentials() });
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: result.bucket, Key: result.key }));
    return JSON.parse((await Body?.transformToString()) ?? '');
  } finally {
    s3.destroy();
  }
}

/** The stub does this to itself where its environment allows it. */
async function crash(airlock: StartedAirlockContainer): Promise<void> {
  const client = new SageMakerRuntimeClient({
    endpoint: airlock.getAwsUrl(),
    region: airlock.getRegion(),
    credentials: airlock.getCredentials('customer-admin'),
    maxAttempts: 1,
  });
  try {
    const attributes = { CustomAttributes: 'fault=crash', ContentType: 'application/json', Body: oneRecord };
    await client.send(new InvokeEndpointCommand({ EndpointName: airlock.getEndpointName(), ...attributes }));
  } finally {
    client.destroy();
  }
}

describe.skipIf(!hasAirlockImages)('a started AirlockContainer', () => {
  let airlock: StartedAirlockContainer;

  beforeAll(async () => {
    airlock = await new AirlockContainer().withLogLevel('debug').withModelEnvironment({ MODEL_STUB_FAULTS: 'by-request' }).start();
  });
  afterAll(async () => {
    await airlock?.stop();
    expect(await leftBehind()).toEqual([]);
  });

  it('serves the whole journey through its mapped ports, and the AWS SDK reads the result', async () => {
    const stored = await sendRecord(airlock);
    expect(stored.result).toMatchObject({ bucket: airlock.getResultsBucket(), records: 1 });
    expect(await readObject(airlock, stored)).toMatchObject({ results: [{ id: 'c-0001' }] });
  });

  it('refuses whom the templates do not let in', async () => {
    expect((await callInit(airlock, 'stranger')).status).toBe(403);
  });

  it('has a sealed model, in a container without a network', async () => {
    expect(airlock.isSealed()).toBe(true);
    const format = '{{.HostConfig.NetworkMode}} {{.HostConfig.ShmSize}} {{json .Config.Cmd}} {{len .NetworkSettings.Ports}}';
    expect(await docker('inspect', '--format', format, airlock.getModelContainerId())).toBe('none 67108864 ["serve"] 0');
  });

  it('tells what it did', async () => {
    await sendRecord(airlock);
    const spans = (await airlock.traces()).flatMap((trace) => trace.spans.map((span) => span.name));
    expect(spans).toContain('aws.sagemaker');
  });

  it('lets no other machine in where Docker is on this one', async () => {
    const bindings = JSON.parse(await docker('inspect', '--format', '{{json .HostConfig.PortBindings}}', airlock.getId()));
    const addresses = (Object.values(bindings) as { HostIp: string }[][]).flat().map((binding) => binding.HostIp);
    expect(new Set(addresses)).toEqual(new Set([airlock.getHost() === 'localhost' ? '127.0.0.1' : '']));
  });

  it('names the principals there are', () => {
    expect(() => airlock.getCredentials('nobody' as PrincipalName)).toThrow('There is no principal "nobody".');
  });

  it('starts a model again that died', async () => {
    const startedAt = () => docker('inspect', '--format', '{{.State.StartedAt}}', airlock.getModelContainerId());
    const before = await startedAt();
    await expect(crash(airlock)).rejects.toThrow();
    await expect.poll(() => sendRecord(airlock).then(({ result }) => result.records, String), { timeout: 60_000, interval: 250 }).toBe(1);
    expect(await startedAt()).not.toBe(before);
  });

  it('has new addresses and keys after restart()', async () => {
    const { accessKeyId } = airlock.getCredentials();
    await airlock.restart();
    expect(airlock.getCredentials().accessKeyId).not.toBe(accessKeyId);
    expect((await sendRecord(airlock)).result.records).toBe(1);
  });
});

describe.skipIf(!hasAirlockImages)('several AirlockContainers', () => {
  it('run beside each other with nothing shared, and end with their scope', async () => {
    let ids: string[];
    {
      await using one = await new AirlockContainer().start();
      await using other = await new AirlockContainer().start();
      const [first, second] = await Promise.all([sendRecord(one), sendRecord(other)]);
      await readObject(one, first);
      await expect(readObject(one, second)).rejects.toThrow();
      expect(one.getCredentials().accessKeyId).not.toBe(other.getCredentials().accessKeyId);
      ids = [one, other].flatMap((airlock) => [airlock.getId(), airlock.getModelContainerId()]);
    }
    for (const id of ids) await expect(docker('inspect', id)).rejects.toThrow(/no such/i);
    expect(await leftBehind()).toEqual([]);
  });

  it('start one after the other from one definition', async () => {
    const definition = new AirlockContainer();
    await (await definition.start()).stop();
    const second = definition.start();
    await expect(definition.start()).rejects.toThrow('This AirlockContainer is being started.');
    await using again = await second;
    expect((await sendRecord(again)).result.records).toBe(1);
  });

  it('are kept, stopped, with remove: false', async () => {
    const airlock = await new AirlockContainer().start();
    await airlock.stop({ remove: false });
    const states = await docker('ps', '--all', '--filter', `label=airlock.pid=${process.pid}`, '--format', '{{.State}}');
    expect(states.split('\n')).toEqual(['exited', 'exited', 'exited']);
    await airlock.stop();
    expect(await leftBehind()).toEqual([]);
  });
});
