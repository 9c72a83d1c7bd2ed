import { setTimeout as delay } from 'node:timers/promises';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Airlock, startAirlock } from '../../../emulator/airlock.ts';
import { callRequest, getToken } from '../../flow/application.ts';
import { containerOf, docker, hasDocker, leftBehind, relayImage, stubImage } from './docker-fixture.ts';

const callers = 6;
const keysPerCaller = 25;

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

describe.skipIf(!hasDocker)('kill -9 of the model’s container under load', () => {
  let image = '';
  beforeAll(async () => {
    image = await stubImage();
  });

  it('gives every request an answer, and loses or doubles no result', async () => {
    const airlock = await startAirlock({ model: 'docker', image, relayImage });
    try {
      expect(airlock.sealed).toBe(true);
      const token = await getToken(airlock);
      const [model] = airlock.models.values();
      if (!model) throw new Error('no model');
      const first = containerOf(model);
      const statuses: number[] = [];
      const results = new Map<string, string>();

      const callUntilStored = async (name: string) => {
        const body = JSON.stringify({ records: [{ id: name, email: `${name}@example.com` }] });
        for (let attempt = 0; attempt < 40; attempt += 1) {
          const answer = await callRequest(airlock, body, { token, headers: { 'Idempotency-Key': name } });
          statuses.push(answer.status);
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
      while (results.size < 20) await delay(5);
      await docker('kill', '--signal', 'KILL', first);
      await load;

      expect(containerOf(model)).not.toBe(first);
      expect(airlock.sealed).toBe(true);
      expect(results.size).toBe(callers * keysPerCaller);
      expect(statuses.length).toBeGreaterThanOrEqual(results.size);
      expect((await storedResults(airlock)).sort()).toEqual([...results.values()].sort());
    } finally {
      await airlock.close();
    }
    expect(await leftBehind()).toEqual([]);
  });
});
