import { describe, expect, it } from 'vitest';
import { type AirlockOptions, resolveOptions } from '../../emulator/config.ts';
import type { AirlockError } from '../../emulator/errors.ts';
import { memoryBytes } from '../../emulator/option-values.ts';

const refused: readonly [options: AirlockOptions, message: string][] = [
  [{ model: 'dokcer' }, '--model is "dokcer".'],
  [{ model: 'unix:' }, '--model is "unix:".'],
  [{ model: 'docker' }, '--model docker has no image to run.'],
  [{ image: 'my-model:1' }, '--image is for a container, and --model is process.'],
  [
    { model: 'http://127.0.0.1:8080', modelDirectory: 'artifact' },
    '--model-directory is for a container, and --model is http://127.0.0.1:8080.',
  ],
  [{ modelMemory: '4g' }, '--model-memory is for a container, and --model is process.'],
  [{ model: 'docker', image: 'm', modelMemory: '4 gigabytes' }, '--model-memory is "4 gigabytes".'],
  [{ model: 'docker', image: 'm', modelMemory: '1m' }, '--model-memory is "1m".'],
  [{ model: 'docker', image: 'm', modelCpus: '0' }, '--model-cpus is "0".'],
  [{ model: 'docker', image: 'm', modelCpus: 'all' }, '--model-cpus is "all".'],
  [{ startupTimeout: '0' }, '--startup-timeout is "0".'],
  [{ startupTimeout: '3601' }, '--startup-timeout is "3601".'],
  [{ s3: 'localstack:4566' }, '--s3 is "localstack:4566".'],
  [{ s3: 'http://user:secret@127.0.0.1:4566' }, '--s3 is "http://user:secret@127.0.0.1:4566".'],
  [{ s3: 'http://:secret@127.0.0.1:4566' }, '--s3 is "http://:secret@127.0.0.1:4566".'],
  [{ s3: 'http://127.0.0.1:4566/#a' }, '--s3 is "http://127.0.0.1:4566/#a".'],
  [{ s3: 'http://127.0.0.1:4566/bucket' }, '--s3 is "http://127.0.0.1:4566/bucket".'],
  [{ s3: 'http://127.0.0.1:4566/?a' }, '--s3 is "http://127.0.0.1:4566/?a".'],
  [{ s3: 'https://s3.eusc-de-east-1.amazonaws.eu' }, '--s3 https://s3.eusc-de-east-1.amazonaws.eu is AWS itself.'],
  [{ s3: 'https://s3.us-east-1.api.aws' }, '--s3 https://s3.us-east-1.api.aws is AWS itself.'],
  [
    { s3: 'https://s3.dualstack.cn-north-1.api.amazonwebservices.com.cn' },
    '--s3 https://s3.dualstack.cn-north-1.api.amazonwebservices.com.cn is AWS itself.',
  ],
  [{ s3: 'https://s3.amazonaws.com' }, '--s3 https://s3.amazonaws.com is AWS itself.'],
  [{ s3: 'https://s3.cn-north-1.AMAZONAWS.com.cn.' }, '--s3 https://s3.cn-north-1.AMAZONAWS.com.cn. is AWS itself.'],
  [{ eventRetryWait: '-1' }, '--event-retry-wait is "-1".'],
  [{ eventRetryWait: '1m' }, '--event-retry-wait is "1m".'],
  [{ eventRetryWait: '3601' }, '--event-retry-wait is "3601".'],
  [{ region: 'Frankfurt' }, '--region is "Frankfurt", which is no AWS Region.'],
];

describe('the values of options', () => {
  it.each(refused)('refuses %j', (options, message) => {
    expect(() => resolveOptions(options)).toThrow(expect.objectContaining({ code: 'BAD_OPTION', message } satisfies Partial<AirlockError>));
  });

  it.each<AirlockOptions>([
    { model: 'process' },
    { model: 'docker', image: 'registry.example/m@sha256:00', modelMemory: '512m', modelCpus: '0.5', startupTimeout: '3600' },
    { model: 'http://127.0.0.1:8080/models/a' },
    { model: 'unix:/run/airlock' },
    { s3: 'http://localstack:4566' },
    { s3: 'http://127.0.0.1:4566', dataDir: 'data' },
    { eventRetryWait: '0' },
    { eventRetryWait: '0.5' },
    { s3: 'https://amazonaws.com.example.org' },
    { s3: 'https://my-api.aws:4566/' },
    { s3: 'http://[::1]:4566' },
  ])('takes %j', (options) => {
    expect(resolveOptions(options)).toMatchObject(options);
  });
});

describe('memoryBytes', () => {
  it.each([
    ['6m', 6_291_456],
    ['512M', 536_870_912],
    ['1.5g', 1_610_612_736],
    ['4gb', 4_294_967_296],
    ['10000000', 10_000_000],
    ['5m', null],
    ['-1g', null],
    ['1t', null],
    ['', null],
  ])('reads %j as Docker does', (text, bytes) => {
    expect(memoryBytes(text)).toBe(bytes);
  });
});
