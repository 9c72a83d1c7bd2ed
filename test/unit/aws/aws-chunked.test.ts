// The aws-chunked decoder: every mode, every cut, every lie. Conformance cases 20-24.
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AwsChunkedOptions, createAwsChunkedDecoder } from '../../../emulator/aws/aws-chunked.ts';
import { checksumAlgorithms, checksumHeaderName, createChecksum } from '../../../emulator/aws/checksum.ts';
import { AwsFaultError } from '../../../emulator/aws/fault.ts';
import { chunkSignature, type SignatureSeed, trailerSignature } from '../../../emulator/iam/chunk-signature.ts';
import { sha256Hex, signingKey } from '../../../emulator/iam/signing-key.ts';

const scope = { date: '20130524', region: 'us-east-1', service: 's3' };
const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const seedOf = (signature: string): SignatureSeed => ({
  signingKey: signingKey({ accessKeyId: 'A', secretAccessKey }, scope),
  scope,
  timestamp: '20130524T000000Z',
  signature,
});

/** The decoded text, or the fault's code. */
async function decode(options: Partial<AwsChunkedOptions>, ...pieces: (string | Buffer)[]): Promise<string> {
  const decoder = createAwsChunkedDecoder({ decodedBytes: 5, seed: null, trailer: null, ...options });
  for (const piece of pieces) decoder.write(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece);
  decoder.end();
  try {
    return (await buffer(decoder)).toString('latin1');
  } catch (error) {
    if (error instanceof AwsFaultError) return error.fault.code;
    throw error;
  }
}

const crc32 = { trailer: 'CRC32' } as const;
const helloCrc32 = 'x-amz-checksum-crc32:NhCmhg==';

describe('unsigned, with or without a trailer', () => {
  it.each<[string, string, Partial<AwsChunkedOptions>, string]>([
    ['the bytes of the JS SDK (case 20) [M]', 'hello', crc32, `5\r\nhello\r\n0\r\n${helloCrc32}\r\n\r\n`],
    ['several chunks', 'hello', crc32, `3\r\nhel\r\n2\r\nlo\r\n0\r\n${helloCrc32}\r\n\r\n`],
    ['no trailer at all', 'hello', {}, '5\r\nhello\r\n0\r\n\r\n'],
    [
      'an upper-case size and name',
      'a'.repeat(10),
      { decodedBytes: 10, ...crc32 },
      `A\r\n${'a'.repeat(10)}\r\n0\r\nX-Amz-Checksum-Crc32: TBHN8A==\r\n\r\n`.replace('TBHN8A==', crcOf('a'.repeat(10))),
    ],
    ['an empty body (case 23)', '', { decodedBytes: 0, ...crc32 }, '0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n'],
    ['the line ends of the documentation [M]', 'hello', crc32, `5\r\nhello\r\n0\r\n${helloCrc32}\n\r\n\r\n`],
    ['a wrong trailer (case 21)', 'BadDigest', crc32, '5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n'],
    ['an undecodable trailer [G]', 'InvalidRequest', crc32, '5\r\nhello\r\n0\r\nx-amz-checksum-crc32:zz\r\n\r\n'],
    ['a missing trailer [G]', 'MalformedTrailerError', crc32, '5\r\nhello\r\n0\r\n\r\n'],
    [
      'another trailer than announced [G]',
      'MalformedTrailerError',
      crc32,
      '5\r\nhello\r\n0\r\nx-amz-checksum-sha1:qvTGHdzF6KLavt4PO0gs2a6pQ00=\r\n\r\n',
    ],
    ['a trailer without a key [G]', 'MalformedTrailerError', crc32, '5\r\nhello\r\n0\r\nNhCmhg==\r\n\r\n'],
    ['a trailer that was not announced [G]', 'MalformedTrailerError', {}, `5\r\nhello\r\n0\r\n${helloCrc32}\r\n\r\n`],
    ['two trailers', 'MalformedTrailerError', crc32, `5\r\nhello\r\n0\r\n${helloCrc32}\r\n${helloCrc32}\r\n\r\n`],
    ['a trailer without end', 'MalformedTrailerError', crc32, `5\r\nhello\r\n0\r\n${'a'.repeat(10_000)}`],
    [
      'fewer bytes than declared (case 22) [G]',
      'IncompleteBody',
      { decodedBytes: 6, ...crc32 },
      `5\r\nhello\r\n0\r\n${helloCrc32}\r\n\r\n`,
    ],
    ['more bytes than declared [G]', 'IncompleteBody', { decodedBytes: 4, ...crc32 }, `5\r\nhello\r\n0\r\n${helloCrc32}\r\n\r\n`],
    ['a body that breaks off in a chunk', 'IncompleteBody', {}, '5\r\nhel'],
    ['a body that breaks off before the last chunk', 'IncompleteBody', {}, '5\r\nhello\r\n'],
    ['nothing', 'IncompleteBody', { decodedBytes: 0 }, ''],
    ['no framing', 'IncompleteBody', {}, 'hello\r\n'],
    ['a line without end', 'IncompleteBody', {}, '1'.repeat(1_000)],
    ['a negative size', 'IncompleteBody', {}, '-5\r\nhello\r\n'],
    ['a chunk longer than its size', 'IncompleteBody', {}, '4\r\nhello\r\n0\r\n\r\n'],
  ])('%s -> %s', async (_, expected, options, wire) => {
    expect(await decode(options, wire)).toBe(expected);
    // The same byte by byte: nothing may depend on where the network cut.
    expect(await decode(options, ...wire)).toBe(expected);
  });

  it('decodes any body, cut into any chunks and any reads, with every checksum', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 6 }),
        fc.nat(60),
        fc.constantFrom(...checksumAlgorithms),
        async (chunks, cut, trailer) => {
          const body = Buffer.concat(chunks);
          const checksum = createChecksum(trailer);
          checksum.update(body);
          const wire = Buffer.concat([
            ...chunks.flatMap((chunk) => [Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]),
            Buffer.from(`0\r\n${checksumHeaderName(trailer)}:${checksum.digestBase64()}\r\n\r\n`),
          ]);
          const decoded = await decode({ decodedBytes: body.length, trailer }, wire.subarray(0, cut), wire.subarray(cut));
          expect(decoded).toBe(body.toString('latin1'));
        },
      ),
    );
  });
});

describe('signed: the example of the S3 documentation (case 24) [M]', () => {
  const seed = seedOf('4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9');
  const body = Buffer.alloc(66_560, 'a');
  const wire = [
    '10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n',
    body.subarray(0, 65_536),
    '\r\n400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n',
    body.subarray(65_536),
    '\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n',
  ];
  const signed = { decodedBytes: 66_560, seed };

  it('is decoded', async () => expect(await decode(signed, ...wire)).toBe(body.toString('latin1')));

  it.each<[string, (pieces: (string | Buffer)[]) => (string | Buffer)[]]>([
    ['the last signature is another one', (pieces) => replaced(pieces, 4, 'b6c6', 'b6c7')],
    ['the first signature is another one', (pieces) => replaced(pieces, 0, 'ad80', 'ad81')],
    ['a byte of a chunk is another one', (pieces) => pieces.with(3, Buffer.concat([Buffer.from('b'), body.subarray(65_537)]))],
    ['a signature is missing', (pieces) => pieces.with(0, '10000\r\n')],
  ])('is refused when %s', async (_, change) => expect(await decode(signed, ...change(wire))).toBe('SignatureDoesNotMatch'));
});

describe('signed, with a trailer', () => {
  const seed = seedOf('106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e');
  const chunk = 'a'.repeat(1_000);
  const first = chunkSignature(seed, seed.signature, sha256Hex(chunk));
  const last = chunkSignature(seed, first, sha256Hex(''));
  const line = `x-amz-checksum-crc32:${crcOf(chunk)}`;
  const wireWith = (trailer: string, signature: string) =>
    `3e8;chunk-signature=${first}\r\n${chunk}\r\n0;chunk-signature=${last}\r\n${trailer}\r\nx-amz-trailer-signature:${signature}\r\n\r\n`;
  const options = { decodedBytes: 1_000, seed, trailer: 'CRC32' as const };

  it.each([
    ['is decoded', chunk, wireWith(line, trailerSignature(seed, last, [line]))],
    [
      'is refused when the trailer is another one',
      'SignatureDoesNotMatch',
      wireWith('x-amz-checksum-crc32:AAAAAA==', trailerSignature(seed, last, [line])),
    ],
    ['is refused when the trailer is not signed', 'SignatureDoesNotMatch', wireWith(line, '').replace(/x-amz-trailer-signature:\r\n/, '')],
    [
      'is refused when the signed trailer is a lie',
      'BadDigest',
      wireWith('x-amz-checksum-crc32:AAAAAA==', trailerSignature(seed, last, ['x-amz-checksum-crc32:AAAAAA=='])),
    ],
  ])('%s', async (_, expected, wire) => expect(await decode(options, wire)).toBe(expected));
});

function crcOf(text: string): string {
  const checksum = createChecksum('CRC32');
  checksum.update(Buffer.from(text));
  return checksum.digestBase64();
}

function replaced(pieces: (string | Buffer)[], index: number, from: string, to: string): (string | Buffer)[] {
  return pieces.with(index, String(pieces[index]).replace(from, to));
}
