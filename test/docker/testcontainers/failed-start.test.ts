import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { AirlockContainer, type AirlockError } from '../../../emulator/testcontainers/airlock-container.ts';
import { hasAirlockImages } from '../../images/airlock-images.ts';
import { imageOf, leftBehind } from './small-images.ts';

async function failureOf(container: AirlockContainer): Promise<AirlockError> {
  const outcome = await container.start().catch((error: AirlockError) => error);
  if (outcome instanceof Error) return outcome;
  await outcome.stop();
  throw new Error('It started.');
}

describe.skipIf(!hasAirlockImages)('a start that fails says why and leaves nothing', () => {
  afterEach(async () => {
    expect(await leftBehind()).toEqual([]);
  });

  it('for a model image that is nowhere', async () => {
    const { code, message, hint } = await failureOf(new AirlockContainer().withModelImage('airlock-container-test/nowhere:1'));
    expect(code).toBe('NOT_AVAILABLE');
    expect(message).toContain('The image "airlock-container-test/nowhere:1" is not here and cannot be pulled');
    expect(hint).toContain('withModelImage()');
  });

  it('for an emulator image that is nowhere', async () => {
    const { code, message, hint } = await failureOf(new AirlockContainer('airlock-container-test/nowhere:1'));
    expect(code).toBe('NOT_AVAILABLE');
    expect(message).toContain('airlock-container-test/nowhere:1');
    expect(hint).toContain('new AirlockContainer()');
  });

  it('for a model that exits at once, with its last lines', async () => {
    const image = imageOf('exits-at-once', "console.error('cannot open weights.bin'); process.exit(3);");
    const began = performance.now();
    const { code, message, hint } = await failureOf(new AirlockContainer().withModelImage(image));
    expect(code).toBe('MODEL_NOT_READY');
    expect(message).toContain(`(${image}) ended with exit code 3`);
    expect(message).toContain('cannot open weights.bin');
    expect(hint).toContain('serve');
    expect(performance.now() - began).toBeLessThan(20_000);
  });

  it('for a model that ends while it is waited for', async () => {
    const image = imageOf('ends-later', "setTimeout(() => { console.log('out of licences'); process.exit(4); }, 2_500);");
    const { message } = await failureOf(new AirlockContainer().withModelImage(image));
    expect(message).toMatch(/ended with exit code 4\n.*\n {2}out of licences/);
  });

  it('for a model that never answers /ping, after the time it was given', async () => {
    const image = imageOf(
      'wrong-port',
      "import { createServer } from 'node:http';\ncreateServer().listen(9090, () => console.log('listening on 9090'));",
    );
    const { code, message, hint } = await failureOf(new AirlockContainer().withModelImage(image).withStartupTimeout(2_000));
    expect(code).toBe('MODEL_NOT_READY');
    expect(message).toContain(`The model (${image}) did not come into service.`);
    expect(message).toContain('within 2 s');
    expect(message).toContain('listening on 9090');
    expect(hint).toContain('withStartupTimeout');
  });

  it('for an S3 that is not there, whatever time the model was given', async () => {
    const { code, message, hint } = await failureOf(new AirlockContainer().withS3Url('http://127.0.0.1:9').withStartupTimeout(2_000));
    expect(code).toBe('NOT_AVAILABLE');
    expect(message).toContain('The S3 at http://127.0.0.1:9 (--s3) accepts no connection');
    expect(hint).toContain('withS3Url()');
  });

  it('for a directory that is no artifact', async () => {
    const { code, message } = await failureOf(new AirlockContainer().withModelDirectory('/no/such/artifact'));
    expect(code).toBe('BAD_OPTION');
    expect(message).toContain('/no/such/artifact');
  });

  it('for a template with a mistake, with its line on this machine', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'airlock-container-'));
    const path = join(directory, 'mine.yaml');
    writeFileSync(path, 'Resources:\n  Bucket:\n    Type: AWS::S3::Bucket\n    Properties: { BucketNam: mine }\n');
    const { code, message } = await failureOf(new AirlockContainer().withTemplate(path));
    rmSync(directory, { recursive: true });
    expect(code).toBe('BAD_TEMPLATE');
    expect(message).toContain(`${path}:4:`);
  });
});

describe.skipIf(!hasAirlockImages)('a process that was killed', () => {
  it('leaves what the next start removes', async () => {
    const program = `
      import { AirlockContainer } from ${JSON.stringify(import.meta.resolve('../../../emulator/testcontainers/airlock-container.ts'))};
      await new AirlockContainer().start();
      process.stdout.write('started');
      process.kill(process.pid, 'SIGKILL');`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    // Not that it is still there: any Airlock that starts meanwhile removes it.
    expect(said).toBe('started');
    await failureOf(new AirlockContainer().withModelDirectory('/no/such/artifact'));
    expect(await leftBehind(child.pid)).toEqual([]);
  });
});

it.each([
  ['nonsense', 'The URL of withS3Url() is "nonsense".'],
  ['https://s3.us-east-1.amazonaws.com', 'The URL of withS3Url() https://s3.us-east-1.amazonaws.com is AWS itself.'],
])('the S3 %s is refused where it is given', (url, message) => {
  expect(() => new AirlockContainer().withS3Url(url)).toThrow(expect.objectContaining({ code: 'BAD_OPTION', message }));
});

it('an AirlockContainer cannot be reused, and says so', () => {
  expect(() => new AirlockContainer().withReuse()).toThrow('An AirlockContainer cannot be reused.');
});
