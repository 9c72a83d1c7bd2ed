import { setTimeout as delay } from 'node:timers/promises';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Airlock, startAirlock } from '../../../emulator/airlock.ts';
import { callRequest, getToken } from '../../flow/application.ts';
import { until } from '../../flow/model/model-fixture.ts';
import { buildModelStub } from '../../images/build-image.ts';
import { required } from '../../required.ts';
import { containerOf, docker, hasDocker, leftBehind, relayImage } from './docker-fixture.ts';

const callers = 6;
const keysPerCaller = 25;
const isRoot = process.getuid?.() === 0;

/** Two ways to the same end: Docker knows of the first and learns of the second. */
const ways = [
  { name: 'docker kill', kill: (id: string) => docker('kill', '--signal', 'KILL', id), isThere: hasDocker },
  {
    name: 'kill -9 of its process',
    kill: async (id: string) => process.kill(Number(await docker('inspect', '--format', '{{.State.Pid}}', id)), 'SIGKILL'),
    isThere: hasDocker && required('root', isRoot, "only root can kill a container's process"),
  },
];

interface Call {
  readonly beganAtMs: number;
  readonly endedAtMs: number;
  readonly status: number;
}

/** Object keys of the results. */
async function storedResults(airlock: Airlock): Promise<string[]> {
  const { resultsBucket, awsUrl, region, credentials } = airlock;
  if (resultsBucket === null) throw new Error('the templates have no bucket for results');
  const client = new S3Client({ endpoint: awsUrl, region, credentials: credentials['customer-admin'], forcePathStyle: true });
  try {
    const { Contents: contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: resultsBucket, Prefix: 'results/' }));
    return contents.flatMap(({ Key: key }) => key ?? []);
  } finally {
    client.destroy();
  }
}

describe.skipIf(!hasDocker)('the end of the model’s container under load', () => {
  let image = '';
  beforeAll(async () => {
    image = await buildModelStub();
  });

  describe.each(ways)('by $name', ({ kill, isThere }) => {
    it.skipIf(!isThere)('gives every request an answer, and loses or doubles no result', async () => {
      const airlock = await startAirlock({ model: 'docker', image, relayImage });
      try {
        expect(airlock.sealed).toBe(true);
        const token = await getToken(airlock);
        const [model] = airlock.models.values();
        if (!model) throw new Error('no model');
        const first = containerOf(model);
        const calls: Call[] = [];
        const results = new Map<string, string>();

        const callUntilStored = async (name: string) => {
          const body = JSON.stringify({ records: [{ id: name, email: `${name}@example.com` }] });
          for (let attempt = 0; attempt < 40; attempt += 1) {
            const beganAtMs = performance.now();
            const answer = await callRequest(airlock, body, { token, headers: { 'Idempotency-Key': name } });
            calls.push({ beganAtMs, endedAtMs: performance.now(), status: answer.status });
            if (answer.status === 200) {
              results.set(name, answer.json.result.key);
              return;
            }
            expect([409, 429, 500, 502, 503, 504], answer.text).toContain(answer.status);
            await delay(50);
          }
          throw new Error(`${name} was never stored`);
        };
        const caller = async (number: number) => {
          for (let index = 0; index < keysPerCaller; index += 1) await callUntilStored(`key-${number}-${index}`);
        };
        const load = Promise.all(Array.from({ length: callers }, (_, number) => caller(number)));
        await until(() => results.size >= 20, 30_000);
        await kill(first);
        const servesAgain = until(() => model.state === 'inService' && containerOf(model) !== first, 30_000);
        const servesAgainAtMs = await servesAgain.then(() => performance.now());
        expect(results.size, 'stored when the second container came').toBeLessThan(callers * keysPerCaller);
        await load;

        // It hit: requests failed, or waited for the second container.
        const hit = calls.filter((call) => call.status !== 200 || (call.beganAtMs < servesAgainAtMs && call.endedAtMs > servesAgainAtMs));
        expect(hit.length).toBeGreaterThan(0);
        expect(airlock.sealed).toBe(true);
        expect(results.size).toBe(callers * keysPerCaller);
        expect((await storedResults(airlock)).sort()).toEqual([...results.values()].sort());
      } finally {
        await airlock.close();
      }
      expect(await leftBehind()).toEqual([]);
    });
  });
});
