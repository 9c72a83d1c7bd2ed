// Buckets and listings through the service.
import { describe, expect, it } from 'vitest';
import { openBucket, openS3, otherAccount } from './s3-harness.ts';

const locationXml = (region: string) =>
  `<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`;

describe('CreateBucket', () => {
  it.each([
    ['us-east-1', '', 200, null],
    ['eu-west-1', locationXml('eu-west-1'), 409, 'BucketAlreadyOwnedByYou'],
  ])('again in %s answers %i %s; from another account 409 (case 45) [V/D]', async (region, body, status, code) => {
    await using s3 = await openS3({ region });
    const first = await s3.put('/my-bucket/', body);
    expect(first).toMatchObject({ status: 200, headers: { location: '/my-bucket' } });
    const again = await s3.put('/my-bucket', body);
    expect([again.status, again.fault?.code ?? null]).toEqual([status, code]);
    const foreign = await s3.send({ url: '/my-bucket', method: 'PUT', body, accountId: otherAccount });
    expect(foreign.fault).toMatchObject({ status: 409, code: 'BucketAlreadyExists', details: { BucketName: 'my-bucket' } });
  });
  it.each([
    ['us-east-1', locationXml('us-east-1'), 'InvalidLocationConstraint'],
    ['us-east-1', locationXml('eu-west-1'), 'IllegalLocationConstraintException'],
    ['eu-west-1', '', 'IllegalLocationConstraintException'],
    ['eu-west-1', locationXml('us-east-1'), 'IllegalLocationConstraintException'],
    ['us-east-1', '<Nonsense/>', 'MalformedXML'],
    ['us-east-1', '<CreateBucketConfiguration><Tags/></CreateBucketConfiguration>', 'NotImplemented'],
  ])('in %s with %s is %s [V]', async (region, body, code) => {
    await using s3 = await openS3({ region });
    expect((await s3.put('/my-bucket', body)).fault).toMatchObject({ code });
    expect(s3.store.buckets()).toEqual([]);
  });
  it.each(['ab', 'Upper', '192.168.0.1'])('refuses the name %s [V]', async (name) => {
    await using s3 = await openS3();
    expect((await s3.put(`/${name}`, '')).fault).toMatchObject({ status: 400, code: 'InvalidBucketName', details: { BucketName: name } });
  });
});

describe('a bucket', () => {
  it('is listed for its own account only, with region and ARN [V]', async () => {
    await using s3 = await openBucket();
    await s3.store.createBucket('aaa', otherAccount);
    const { text } = await s3.send({ url: '/?x-id=ListBuckets' });
    expect(text).toContain(
      '<Bucket><Name>bbb</Name><CreationDate>2026-01-02T03:04:05.000Z</CreationDate><BucketRegion>us-east-1</BucketRegion><BucketArn>arn:aws:s3:::bbb</BucketArn></Bucket>',
    );
    expect(text).not.toContain('aaa');
  });
  it('tells its region on HEAD and by its location', async () => {
    await using s3 = await openS3({ region: 'eu-west-1' });
    await s3.store.createBucket('bbb', '222222222222');
    expect((await s3.send({ url: '/bbb', method: 'HEAD' })).headers['x-amz-bucket-region']).toBe('eu-west-1');
    expect((await s3.send({ url: '/bbb?location' })).text).toContain(
      '<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">eu-west-1</LocationConstraint>',
    );
  });
  it('is deleted only when it is empty (case 44)', async () => {
    await using s3 = await openBucket();
    await s3.put('/bbb/k', 'x');
    expect((await s3.send({ url: '/bbb', method: 'DELETE' })).fault).toMatchObject({
      status: 409,
      code: 'BucketNotEmpty',
      message: 'The bucket you tried to delete is not empty',
    });
    await s3.send({ url: '/bbb/k', method: 'DELETE' });
    expect((await s3.send({ url: '/bbb', method: 'DELETE' })).status).toBe(204);
    expect((await s3.send({ url: '/bbb', method: 'HEAD' })).fault).toMatchObject({ status: 404, code: 'NoSuchBucket' });
  });
  it('is found by host as well', async () => {
    await using s3 = await openBucket();
    await s3.send({ url: '/a//b', method: 'PUT', body: 'x', headers: { host: 'bbb.localhost:4570' } });
    expect((await s3.send({ url: '/bbb/a//b' })).text).toBe('x');
  });
});

describe('ListObjectsV2', () => {
  async function filled(keys: readonly string[]) {
    const s3 = await openBucket();
    for (const key of keys) await s3.store.putObject({ bucket: 'bbb', key, body: Buffer.from('x') });
    return s3;
  }
  const keysOf = (xml: string) => [...xml.matchAll(/<Contents><Key>(.*?)<\/Key>/g)].map(([, key]) => key);
  const prefixesOf = (xml: string) => [...xml.matchAll(/<CommonPrefixes><Prefix>(.*?)<\/Prefix>/g)].map(([, prefix]) => prefix);
  const textOf = (xml: string, name: string) => new RegExp(`<${name}>(.*?)</${name}>`).exec(xml)?.[1];

  it('answers in the order and with the elements of S3 [V]', async () => {
    await using s3 = await filled(['a']);
    const { text } = await s3.send({ url: '/bbb/?list-type=2&prefix=&fetch-owner=true' });
    expect(text).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<ListBucketResult xmlns="http:\/\/s3.amazonaws.com\/doc\/2006-03-01\/"><Name>bbb<\/Name><Prefix><\/Prefix><KeyCount>1<\/KeyCount><MaxKeys>1000<\/MaxKeys><IsTruncated>false<\/IsTruncated><Contents><Key>a<\/Key><LastModified>2026-01-02T03:04:05.000Z<\/LastModified><ETag>&quot;[0-9a-f]{32}&quot;<\/ETag><ChecksumAlgorithm>CRC64NVME<\/ChecksumAlgorithm><ChecksumType>FULL_OBJECT<\/ChecksumType><Size>1<\/Size><Owner><ID>[0-9a-f]{64}<\/ID><\/Owner><StorageClass>STANDARD<\/StorageClass><\/Contents><\/ListBucketResult>$/,
    );
  });
  it('counts a common prefix as one, and gives it on one page only (localstack #9605) [V]', async () => {
    await using s3 = await filled(['a/1', 'a/2', 'a/3', 'b', 'c/1', 'd']);
    const first = (await s3.send({ url: '/bbb?list-type=2&delimiter=%2F&max-keys=2' })).text;
    expect([prefixesOf(first), keysOf(first), textOf(first, 'KeyCount'), textOf(first, 'IsTruncated')]).toEqual([
      ['a/'],
      ['b'],
      '2',
      'true',
    ]);
    const token = encodeURIComponent(textOf(first, 'NextContinuationToken') ?? '');
    const second = (await s3.send({ url: `/bbb?list-type=2&delimiter=%2F&max-keys=2&continuation-token=${token}` })).text;
    expect([prefixesOf(second), keysOf(second), textOf(second, 'IsTruncated')]).toEqual([['c/'], ['d'], 'false']);
  });
  it('refuses a token that no listing gave out (case 56) [V]', async () => {
    await using s3 = await filled([]);
    for (const token of ['bogus', '']) {
      expect((await s3.send({ url: `/bbb?list-type=2&continuation-token=${token}` })).fault).toMatchObject({
        status: 400,
        code: 'InvalidArgument',
        message: 'The continuation token provided is incorrect',
      });
    }
  });
  it('encodes with encoding-type=url, and knows no other (case 55) [I backlot #178]', async () => {
    await using s3 = await filled(['a b', 'a+b', 'ü/%\r']);
    const { text } = await s3.send({ url: '/bbb?list-type=2&encoding-type=url' });
    expect([keysOf(text), textOf(text, 'EncodingType')]).toEqual([['a+b', 'a%2Bb', '%C3%BC/%25%0D'], 'url']);
    for (const type of ['x', ''])
      expect((await s3.send({ url: `/bbb?list-type=2&encoding-type=${type}` })).fault).toMatchObject({
        status: 400,
        code: 'InvalidArgument',
        message: 'Invalid Encoding Method specified in Request',
      });
  });
  it('starts after a key, caps max-keys at 1000 and gives nothing for 0', async () => {
    await using s3 = await filled(['a', 'b', 'c']);
    expect(keysOf((await s3.send({ url: '/bbb?list-type=2&start-after=a' })).text)).toEqual(['b', 'c']);
    expect(textOf((await s3.send({ url: '/bbb?list-type=2&max-keys=5000' })).text, 'MaxKeys')).toBe('1000');
    const none = (await s3.send({ url: '/bbb?list-type=2&max-keys=0' })).text;
    expect([textOf(none, 'KeyCount'), textOf(none, 'IsTruncated')]).toEqual(['0', 'false']);
    for (const count of ['x', '-1', '2147483648'])
      expect((await s3.send({ url: `/bbb?list-type=2&max-keys=${count}` })).fault).toMatchObject({ code: 'InvalidArgument' });
  });
  it('shows a key at once after its put and never after its deletion [D]', async () => {
    await using s3 = await filled(['b']);
    await s3.put('/bbb/a', 'x');
    expect(keysOf((await s3.send({ url: '/bbb?list-type=2' })).text)).toEqual(['a', 'b']);
    await s3.send({ url: '/bbb/b', method: 'DELETE' });
    expect(keysOf((await s3.send({ url: '/bbb?list-type=2' })).text)).toEqual(['a']);
  });
  it('has a predecessor that goes on behind its marker', async () => {
    await using s3 = await filled(['a/1', 'a/2', 'b', 'c']);
    const first = (await s3.send({ url: '/bbb?delimiter=%2F&max-keys=1' })).text;
    expect([prefixesOf(first), textOf(first, 'NextMarker')]).toEqual([['a/'], 'a/']);
    expect(keysOf((await s3.send({ url: '/bbb?delimiter=%2F&marker=a%2F' })).text)).toEqual(['b', 'c']);
  });
});
