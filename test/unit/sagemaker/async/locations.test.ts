import { describe, expect, test } from 'vitest';
import { outputLocations } from '../../../../emulator/sagemaker/async/output-locations.ts';
import { parseS3ObjectUri } from '../../../../emulator/sagemaker/async/s3-object-uri.ts';

test.each([
  ['s3://b/a/b%20c', { bucket: 'b', key: 'a/b%20c' }],
  ['https://b.s3.us-east-1.amazonaws.com/a/b%20c', { bucket: 'b', key: 'a/b c' }],
  ['https://my.bucket.s3.amazonaws.com/k', { bucket: 'my.bucket', key: 'k' }],
  ['https://s3.eu-west-1.amazonaws.com/b/k', { bucket: 'b', key: 'k' }],
  ['https://s3-eu-west-1.amazonaws.com/b/k', { bucket: 'b', key: 'k' }],
  ['https://b.s3.cn-north-1.amazonaws.com.cn/k', { bucket: 'b', key: 'k' }],
  ['s3://b', null],
  ['s3://b/', null],
  ['s3:///k', null],
  ['https://b.s3.amazonaws.com/', null],
  ['https://s3.amazonaws.com/b', null],
  ['https://b.s3.amazonaws.com/%zz', null],
  ['https://b.s3.amazonaws.com/k?versionId=1', null],
  ['https://b.s3.amazonaws.com.example.com/k', null],
  ['https://example.com/b/k', null],
  ['http://b.s3.amazonaws.com/k', null],
])('%s is %j', (uri, location) => {
  expect(parseS3ObjectUri(uri)).toEqual(location);
});

describe('where output and failure go', () => {
  const paths = { outputPath: 's3://b/out/', failurePath: 's3://f' };
  const names = { inferenceId: 'i-1', filename: null, pathExtension: null };
  test.each([
    [{}, 'out/i-1.out', 'i-1-error.out'],
    [{ filename: 'a.csv' }, 'out/a.csv', 'i-1-error.out'],
    [{ pathExtension: '/day/1/' }, 'out/day/1/i-1.out', 'i-1-error.out'],
  ])('%j', (given, output, failure) => {
    expect(outputLocations(paths, { ...names, ...given })).toEqual({
      output: { bucket: 'b', key: output },
      failure: { bucket: 'f', key: failure },
    });
  });

  test('an id that is no name is replaced, in both alike', () => {
    const { output, failure } = outputLocations(paths, { ...names, inferenceId: '../a b' });
    expect(output.key).toMatch(/^out\/[0-9a-f-]{36}\.out$/);
    expect(failure?.key).toBe(output.key.replace('out/', '').replace('.out', '-error.out'));
  });

  test('without a path and without a place for failures', () => {
    const root = outputLocations({ outputPath: 's3://b', failurePath: null }, names);
    expect(root).toEqual({ output: { bucket: 'b', key: 'i-1.out' }, failure: null });
  });
});
