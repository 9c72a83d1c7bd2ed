// The partner's record of the subscriber is as it was before a provider state, whatever ended the state.
import { cp, mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { type Airlock, startAirlock } from '../../../emulator/airlock.ts';
import { callInit } from '../application.ts';
import { openS3 } from '../storage/open-s3.ts';
import { healthOf, postState, setUp, tearDown } from './set-state.ts';

const ofItsOwn = {
  CacheControl: 'no-cache',
  ContentDisposition: 'attachment; filename="record.json"',
  ContentEncoding: 'identity',
  ContentLanguage: 'en',
  ContentType: 'application/json; charset=utf-8',
  Expires: new Date('2030-01-01T00:00:00Z'),
  Metadata: { 'written-by': 'the partner' },
};

/** The partner's bucket and the key of its record. */
function openRecord({ awsUrl: endpoint, region, credentials, deployment }: Airlock) {
  const client = new S3Client({ endpoint, region, credentials: credentials['partner-admin'], forcePathStyle: true });
  const bucket = deployment.buckets.find(({ localObjects }) => localObjects.length > 0);
  const [start] = bucket?.localObjects ?? [];
  if (bucket === undefined || start === undefined) throw new Error('The templates have no record.');
  const place = { Bucket: bucket.bucketName, Key: start.key };
  /** What the template has, with a blank more. */
  const text = `${start.body} `;
  return {
    text,
    change: () => client.send(new PutObjectCommand({ ...place, ...ofItsOwn, Body: text })),
    async read() {
      const { Body, ...headers } = await client.send(new GetObjectCommand(place));
      return { text: await Body?.transformToString(), headers };
    },
    async keys() {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: place.Bucket }));
      return Contents.map(({ Key }) => Key);
    },
    [Symbol.dispose]: () => client.destroy(),
  };
}

describe('the record of the subscriber', () => {
  it.for(['the subscription has ended', 'there is no subscription'] as const)(
    'comes back after "%s" with its headers and its metadata',
    async (state) => {
      await using airlock = await startAirlock();
      using record = openRecord(airlock);
      await record.change();
      const keys = await record.keys();
      await setUp(airlock, state);
      await tearDown(airlock, state);
      const { text, headers } = await record.read();
      expect(text).toBe(record.text);
      const { Expires: _, ...others } = ofItsOwn;
      expect(headers).toMatchObject({ ...others, ExpiresString: 'Tue, 01 Jan 2030 00:00:00 GMT' });
      expect(await record.keys()).toEqual(keys);
    },
  );

  it.for(['the subscription has ended', 'there is no subscription'] as const)(
    'comes back at the next start where Airlock was killed during "%s"',
    async (state) => {
      await using directory = await mkdtempDisposable(join(tmpdir(), 'airlock-states-'));
      const left = join(directory.path, 'left');
      {
        const dataDir = join(directory.path, 'data');
        await using airlock = await startAirlock({ dataDir });
        using record = openRecord(airlock);
        await record.change();
        await setUp(airlock, state);
        // What kill -9 leaves at this moment: every file as it is.
        await cp(dataDir, left, { recursive: true, filter: (path) => basename(path) !== 'lock' });
      }
      for (let start = 1; start <= 2; start += 1) {
        await using again = await startAirlock({ dataDir: left });
        using record = openRecord(again);
        expect((await callInit(again)).status).toBe(200);
        const { text, headers } = await record.read();
        expect([text, headers.Metadata]).toEqual([record.text, ofItsOwn.Metadata]);
        expect(await record.keys()).toHaveLength(1);
      }
    },
  );

  it('comes back at the next start in another S3, too', async () => {
    await using s3 = await openS3({ fixedKey: { accessKeyId: 'test', secretAccessKey: 'test' }, authorizeKey: () => null });
    await using killed = await startAirlock({ s3: s3.url });
    await setUp(killed, 'the subscription has ended');
    await using again = await startAirlock({ s3: s3.url });
    expect((await callInit(again)).status).toBe(200);
  });
});

describe('a record that cannot be put back', () => {
  it('is told with every change, as 409 with the reason, and no state is set over it', async () => {
    const s3 = await openS3({ fixedKey: { accessKeyId: 'test', secretAccessKey: 'test' }, authorizeKey: () => null });
    await using airlock = await startAirlock({ s3: s3.url, logLevel: 'silent' });
    await setUp(airlock, 'the subscription has ended');
    await s3[Symbol.asyncDispose]();
    const changes = [
      { state: 'the subscription has ended', action: 'teardown' },
      { state: '' },
      { state: 'the model is not running', action: 'setup' },
    ];
    for (const change of changes) {
      const { status, json } = await postState(airlock, change);
      expect([change, status, json.error?.code]).toEqual([change, 409, 'STATE_NOT_SET']);
      expect(json.error.message).toMatch(/could not be put back: .+/);
    }
    expect(await healthOf(airlock)).toBe('ok');
  });
});
