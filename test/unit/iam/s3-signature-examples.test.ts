// The worked examples of the S3 documentation, recomputed.
import { describe, expect, it } from 'vitest';
import { chunkSignature, trailerSignature } from '../../../emulator/iam/chunk-signature.ts';
import type { CredentialStore } from '../../../emulator/iam/credential-store.ts';
import { emptySha256, sha256Hex, signingKey } from '../../../emulator/iam/signing-key.ts';
import { verifySignature } from '../../../emulator/iam/verify-signature.ts';
import { userNamed } from './principals.ts';

const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const store: Pick<CredentialStore, 'find'> = {
  find: () => ({ principal: userNamed('docs'), credentials }),
};
const scope = { date: '20130524', region: 'us-east-1', service: 's3' };
const common = { service: 's3', region: 'us-east-1', nowMs: Date.UTC(2013, 4, 24), maxSkewMs: 900_000, credentials: store };
const host = 'examplebucket.s3.amazonaws.com';

function authorization(signedHeaders: string, signature: string): string {
  return `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/20130524/us-east-1/s3/aws4_request,SignedHeaders=${signedHeaders},Signature=${signature}`;
}

describe('S3 documentation examples', () => {
  it('verifies GET test.txt with a range', async () => {
    const rawHeaders = [
      'Host',
      host,
      'Authorization',
      authorization('host;range;x-amz-content-sha256;x-amz-date', 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41'),
      'Range',
      'bytes=0-9',
      'x-amz-content-sha256',
      emptySha256,
      'x-amz-date',
      '20130524T000000Z',
    ];
    expect(await verifySignature({ ...common, method: 'GET', rawUrl: '/test.txt', rawHeaders })).toMatchObject({ ok: true, via: 'header' });
  });

  it('verifies the presigned GET of 86400 s', async () => {
    const rawUrl =
      '/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404';
    const request = { ...common, method: 'GET', rawUrl, rawHeaders: ['Host', host] };
    expect(await verifySignature(request)).toMatchObject({ ok: true, via: 'query', payloadHash: 'UNSIGNED-PAYLOAD' });
    expect(await verifySignature({ ...request, nowMs: common.nowMs + 86_400_000 })).toMatchObject({ ok: true });
    expect(await verifySignature({ ...request, nowMs: common.nowMs + 86_401_000 })).toMatchObject({
      problem: { kind: 'presignedExpired' },
    });
  });

  it('chains the signatures of a chunked upload from its seed', async () => {
    const rawHeaders = [
      'Host',
      's3.amazonaws.com',
      'x-amz-date',
      '20130524T000000Z',
      'x-amz-storage-class',
      'REDUCED_REDUNDANCY',
      'Authorization',
      authorization(
        'content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class',
        '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
      ),
      'x-amz-content-sha256',
      'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      'Content-Encoding',
      'aws-chunked',
      'x-amz-decoded-content-length',
      '66560',
      'Content-Length',
      '66824',
    ];
    const verified = await verifySignature({ ...common, method: 'PUT', rawUrl: '/examplebucket/chunkObject.txt', rawHeaders });
    if (!verified.ok) throw new Error(JSON.stringify(verified.problem));
    const first = chunkSignature(verified, verified.signature, sha256Hex(Buffer.alloc(65_536, 'a')));
    const second = chunkSignature(verified, first, sha256Hex(Buffer.alloc(1_024, 'a')));
    const last = chunkSignature(verified, second, emptySha256);
    expect([first, second, last]).toEqual([
      'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
      '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
      'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
    ]);
  });

  it('chains the signatures of an upload with a trailer', () => {
    const seed = {
      signingKey: signingKey(credentials, scope),
      scope,
      timestamp: '20130524T000000Z',
      signature: '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
    };
    const first = chunkSignature(seed, seed.signature, sha256Hex(Buffer.alloc(65_536, 'a')));
    const second = chunkSignature(seed, first, sha256Hex(Buffer.alloc(1_024, 'a')));
    const last = chunkSignature(seed, second, emptySha256);
    const trailer = trailerSignature(seed, last, ['x-amz-checksum-crc32c:sOO8/Q==']);
    expect([first, second, last, trailer].map((signature) => signature.slice(0, 8))).toEqual([
      'b474d886',
      '1c1344b1',
      '2ca2aba2',
      'd81f82fc',
    ]);
  });
});
