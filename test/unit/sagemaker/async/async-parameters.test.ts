import { expect, test } from 'vitest';
import { readAsyncParameters } from '../../../../emulator/sagemaker/async/async-parameters.ts';

const read = (inputLocation: string) => readAsyncParameters(new Map([['x-amzn-sagemaker-inputlocation', inputLocation]]), Buffer.alloc(0));

/** As node:http gives a header whose bytes are UTF-8. */
const asReceived = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

test.each([
  ['in UTF-8', asReceived('s3://b/Müller/名.csv'), 'Müller/名.csv'],
  ['in Latin-1', 's3://b/M\u00fcller', 'Müller'],
  ['in ASCII', 's3://b/a b', 'a b'],
])('a location %s', (_what, header, key) => {
  expect(read(header)).toMatchObject({ input: { bucket: 'b', key } });
});

test('a location is as long as its characters', () => {
  expect(read(asReceived(`s3://b/${'ü'.repeat(1_000)}`))).toMatchObject({ input: { bucket: 'b' } });
  expect(read(asReceived(`s3://b/${'ü'.repeat(1_020)}`))).toMatchObject({ status: 400, code: 'ValidationError' });
});
