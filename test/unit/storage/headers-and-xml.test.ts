// Headers in and out, and the XML of S3.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeXml } from '../../../emulator/aws/xml.ts';
import { declaredIntegrity } from '../../../emulator/storage/integrity.ts';
import { answerHeaders, storedHeadersOf } from '../../../emulator/storage/stored-headers.ts';
import { userMetadataHeaders, userMetadataOf } from '../../../emulator/storage/user-metadata.ts';
import { childText, parseXml } from '../../../emulator/storage/xml-input.ts';

describe('what a client declares about its body', () => {
  const declared = (headers: Record<string, string>) => declaredIntegrity(new Map(Object.entries(headers)));
  it.each([
    [{ 'content-md5': '000' }, { code: 'InvalidDigest', details: { 'Content-MD5': '000' } }],
    [{ 'content-md5': 'YWJj' }, { code: 'InvalidDigest' }],
    [
      { 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-checksum-sha1': 'x' },
      { code: 'InvalidRequest', message: 'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.' },
    ],
    [{ 'x-amz-checksum-crc32': 'AAAA' }, { code: 'InvalidRequest', message: 'Value for x-amz-checksum-crc32 header is invalid.' }],
    [{ 'x-amz-checksum-xxhash64': 'AAAA' }, { status: 501, code: 'NotImplemented', details: { Header: 'x-amz-checksum-xxhash64' } }],
    [{ 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-trailer': 'x-amz-checksum-crc32' }, { code: 'InvalidRequest' }],
    [
      { 'x-amz-sdk-checksum-algorithm': 'SHA256', 'content-length': '3' },
      { checksum: null, sizeBytes: 3 },
    ],
    [
      { 'x-amz-trailer': 'x-amz-checksum-crc32c', 'content-length': '99', 'content-encoding': 'aws-chunked' },
      { checksum: { algorithm: 'CRC32C', value: null }, sizeBytes: null },
    ],
    [{ 'x-amz-checksum-mode': 'ENABLED' }, { checksum: null }],
  ] as [Record<string, string>, object][])('%j is %j', (headers, expected) => {
    expect(declared(headers)).toMatchObject(expected);
  });
});

describe('headers that are kept', () => {
  it.each([
    ['gzip,aws-chunked', 'gzip'],
    ['aws-chunked', undefined],
    ['aws-chunked, gzip', 'gzip'],
    ['gzip', 'gzip'],
  ])('Content-Encoding %s is stored as %s (case 25) [I localstack #9999, #9782]', (given, stored) => {
    expect(storedHeadersOf(new Map([['content-encoding', given]]))['content-encoding']).toBe(stored);
  });
  it('default to binary/octet-stream, and an override wins [V]', () => {
    const stored = storedHeadersOf(new Map());
    expect(stored).toEqual({ 'content-type': 'binary/octet-stream' });
    expect(
      answerHeaders(
        stored,
        new Map([
          ['response-content-type', 'text/plain'],
          ['response-expires', 'x'],
        ]),
        false,
      ),
    ).toEqual({ 'Content-Type': 'text/plain', Expires: 'x' });
  });
  it('never carry a line break, nor an override for an anonymous caller [M]', () => {
    expect(answerHeaders({}, new Map([['response-content-type', 'a\r\nx: y']]), false)).toMatchObject({ code: 'InvalidArgument' });
    expect(answerHeaders({}, new Map([['response-content-type', 'a']]), true)).toMatchObject({ code: 'InvalidRequest' });
  });
  it('user metadata may have any name', () => {
    const metadata = userMetadataOf(new Map([['x-amz-meta-__proto__', 'a']]));
    expect(Object.entries(metadata)).toEqual([['__proto__', 'a']]);
  });
  it('user metadata that is not ASCII comes back as RFC 2047 [V]', () => {
    const wire = Buffer.from('ÄMÄZÕÑ S3').toString('latin1');
    const metadata = userMetadataOf(new Map([['x-amz-meta-name', wire]]));
    expect(metadata).toEqual({ name: 'ÄMÄZÕÑ S3' });
    expect(userMetadataHeaders({ name: 'ÄMÄZÕÑ S3' })).toEqual({ 'x-amz-meta-name': '=?UTF-8?Q?=C3=84M=C3=84Z=C3=95=C3=91_S3?=' });
  });
});

describe('XML', () => {
  it('gives back every text that is escaped and parsed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
        fc.pre(!/[\uFFFE\uFFFF]/.test(text));
        const root = parseXml(
          `<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Object><Key>${escapeXml(text)}</Key></Object></Delete>`,
          'Delete',
        );
        expect(root?.children.get('Object')?.map((object) => childText(object, 'Key'))).toEqual([text]);
      }),
    );
  });
  it.each([
    '<a><b></a>',
    '<Delete>&undefined;</Delete>',
    '<Delete>&constructor;</Delete>',
    '<Delete>&',
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Delete>&e;</Delete>',
    '<Other/>',
    'text',
    '<Delete><__proto__>x</__proto__></Delete>',
    `${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}`,
    '<Delete>&#xD800;</Delete>',
  ])('%j is not read', (text) => {
    expect(parseXml(text, 'Delete')).toBeNull();
  });
  it('reads the references that the SDKs write [M]', () => {
    const root = parseXml(
      '<?xml version="1.0" encoding="UTF-8"?><Delete><Object><Key> a&#x0D;&#xD;&#13;&quot;&amp;</Key></Object></Delete>',
      'Delete',
    );
    expect(root?.children.get('Object')?.map((object) => childText(object, 'Key'))).toEqual([' a\r\r\r"&']);
  });
});
