import { describe, expect, it } from 'vitest';
import type { AirlockError } from '../../../emulator/errors.ts';
import { connectDocker } from '../../../emulator/model/docker/docker-engine.ts';
import { findImage } from '../../../emulator/model/docker/find-image.ts';
import type { Model } from '../../../emulator/model/model.ts';
import { closing, silentLog, until } from '../../flow/model/model-fixture.ts';
import { runAirlock } from '../../flow/run-airlock.ts';
import { buildModelStub, buildTestImage, type TestImageName } from '../../images/build-image.ts';
import { containerOf, docker, hasDocker, leftBehind, startModel } from './docker-fixture.ts';

interface Failure {
  /** The whole of it, with IMAGE in the image's place; a pattern where the engine adds words of its own. */
  readonly message: string | RegExp;
  readonly hint: string;
  readonly exitCode: 1 | 3;
}

const memoryBytes = 64 * 1024 * 1024;
const startupTimeoutMs = 2_000;
const machine = process.arch === 'arm64' ? 'arm64' : 'amd64';
const longer =
  'If it only needs longer: --startup-timeout SECONDS (SageMaker gives it 8 minutes, or what the endpoint configuration says).';
const below = (line: string) => `\n        ${line}`;
const loading = 'It printed last: loading the model';

type FailingImage = Exclude<TestImageName, 'egress-probe' | 'ignores-sigterm' | 'shows-artifact'>;
const failures: Readonly<Record<FailingImage, Failure>> = {
  'exits-at-once': {
    message: `The model container of IMAGE ended with exit code 1, before it answered GET /ping. It printed last:${['loading the model', 'the weights are not where they should be', 'giving up'].map(below).join('')}`,
    hint: 'Run it by hand to see more: docker run --rm --network none IMAGE serve',
    exitCode: 1,
  },
  'exits-with-no-serve': {
    message: 'The model container of IMAGE has no executable "serve": exec: "serve": executable file not found in $PATH.',
    hint: 'SageMaker starts it as "docker run IMAGE serve": give the image an ENTRYPOINT that takes "serve", or an executable of that name on PATH.',
    exitCode: 1,
  },
  'exec-format': {
    message: /^The model container of \S+ (ended with exit code \d+|cannot be started): .*exec format error[^\n]*$/,
    hint: 'Its program is for another processor. Build the image for linux/amd64: docker build --platform linux/amd64 --provenance=false -t IMAGE .',
    exitCode: 1,
  },
  'never-answers-ping': {
    message: `The model container of IMAGE accepts connections and never answers GET /ping (SageMaker waits 2 s for each): no 200 within 2 s. ${loading}`,
    hint: `Answer 200 at once from /ping. ${longer}`,
    exitCode: 1,
  },
  'ping-503': {
    message: `The model container of IMAGE answers GET /ping with 503 and gave no 200 within 2 s. ${loading}`,
    hint: `It must answer 200 as soon as it can take requests. ${longer}`,
    exitCode: 1,
  },
  'wrong-port': {
    message: `The model container of IMAGE listens on 9090, and SageMaker calls 8080 (waited 2 s). It printed last:${['loading the model', 'listening on 9090'].map(below).join('')}`,
    hint: 'Let it listen on 0.0.0.0:8080.',
    exitCode: 1,
  },
  'not-listening': {
    message: `The model container of IMAGE listens on no port, and SageMaker calls 8080 (waited 2 s). ${loading}`,
    hint: `Let it listen on 0.0.0.0:8080. ${longer}`,
    exitCode: 1,
  },
  'out-of-memory': {
    message: `The model container of IMAGE was killed because it needed more memory than its limit of 64 MB, before it answered GET /ping. ${loading}`,
    hint: 'Raise --model-memory, or let the model need less.',
    exitCode: 1,
  },
  'other-architecture': {
    message: `The image "IMAGE" is for linux/s390x, this Docker runs linux/${machine}`,
    hint: `SageMaker would refuse it on an instance of another processor, too. Build it again: docker build --platform linux/${machine} -t IMAGE .`,
    exitCode: 3,
  },
};

describe.skipIf(!hasDocker)('an image that cannot serve', () => {
  it.each(Object.entries(failures))('%s is one clear line with a hint and an exit code, and nothing is left', async (name, expected) => {
    const image = await buildTestImage(name as FailingImage);
    await expectFailure(startModel(image, { startupTimeoutMs, memoryBytes }), image, expected);
  });

  it('that does not exist is one clear line with the reason', async () => {
    const image = 'localhost:1/no-such-model:1';
    await expectFailure(startModel(image), image, {
      message: /^The image "localhost:1\/no-such-model:1" is not here and cannot be pulled: .*connection refused$/,
      hint: 'Check the name given with --image and the network; for an image of your own: docker build -t IMAGE .',
      exitCode: 3,
    });
  });

  it('ends the command line with these two lines and this exit code', async () => {
    const image = await buildTestImage('exits-at-once');
    const { message, hint, exitCode } = failures['exits-at-once'];
    await using airlock = runAirlock(['demo', '--model', 'docker', '--image', image, '--log-level', 'error']);
    expect(await airlock.exitCode).toBe(exitCode);
    expect(airlock.stderr()).toBe(`error ${message}\n      ${hint}\n`.replaceAll('IMAGE', image));
    expect(await leftBehind(airlock.process.pid)).toEqual([]);
  });

  it('whose name is none is a wrong option', async () => {
    await expect(startModel('No Such Name')).rejects.toMatchObject({ code: 'BAD_OPTION' });
  });

  const pathsAndHosts = ['/a', './a', '../a', '//a', 'a//b', 'a/../b', 'a/', 'http://a/b', 'tcp://a'];
  it.each(pathsAndHosts)('whose name is %s, a path or an address, is a wrong option before anything is asked for', async (reference) => {
    const refusal = { code: 'BAD_OPTION', message: expect.stringContaining(`is "${reference}", which is no name of an image: `) };
    await expect(startModel(reference)).rejects.toMatchObject(refusal);
    await expect(startModel(await buildModelStub(), { relayImage: reference })).rejects.toMatchObject(refusal);
    expect(await leftBehind()).toEqual([]);
  });

  it.each(['localhost:1/a/b:tag@sha256:'.padEnd(91, '0'), 'a_b/c.d-e__f'])('%s is a name', async (reference) => {
    const { signal } = new AbortController();
    const finding = findImage({ engine: await connectDocker(), reference, option: '--image', log: silentLog, signal });
    await expect(finding).rejects.toMatchObject({ code: 'NOT_AVAILABLE', message: expect.stringContaining('cannot be pulled') });
  });

  it('may be named by its id', async () => {
    const id = await docker('image', 'inspect', '--format', '{{.Id}}', await buildModelStub());
    for (const reference of [id, id.slice('sha256:'.length), id.slice('sha256:'.length, 19)]) {
      const { signal } = new AbortController();
      expect(await findImage({ engine: await connectDocker(), reference, option: '--image', log: silentLog, signal })).toBe(id);
    }
  });

  it('gets no more processors than there are: a wrong option, in the words of Docker', async () => {
    await expect(startModel(await buildModelStub(), { cpus: 10_000 })).rejects.toMatchObject({
      code: 'BAD_OPTION',
      message: expect.stringMatching(/^Docker refuses the container of \S+: .*CPUs/i),
      hint: 'Check --model-memory and --model-cpus.',
    });
    expect(await leftBehind()).toEqual([]);
  });

  it('is refused for the relay, too', async () => {
    const image = await buildTestImage('other-architecture');
    await expectFailure(startModel(await buildModelStub(), { relayImage: image }), image, {
      message: `The relay's image "IMAGE" is for linux/s390x`,
      hint: `Pull it for this machine: docker pull --platform linux/${machine} IMAGE`,
      exitCode: 3,
    });
  });

  it('that ignores SIGTERM is killed after the limit', async () => {
    await using running = closing(await startModel(await buildTestImage('ignores-sigterm'), { stopTimeoutMs: 300 }));
    const container = containerOf(running.model);
    const startedAt = performance.now();
    await running.model.close();
    expect(performance.now() - startedAt).toBeGreaterThan(300);
    await until(async () => (await docker('ps', '--all', '--quiet', '--filter', `id=${container}`)) === '');
    expect(await leftBehind()).toEqual([]);
  });
});

async function expectFailure(starting: Promise<Model>, image: string, { message, hint, exitCode }: Failure): Promise<void> {
  const error = await starting.then(
    async (model) => {
      await model.close();
      throw new Error('it came into service');
    },
    (reason: AirlockError) => reason,
  );
  expect(error).toMatchObject({
    name: 'AirlockError',
    message: typeof message === 'string' ? message.replaceAll('IMAGE', image) : expect.stringMatching(message),
    hint: hint.replaceAll('IMAGE', image),
    exitCode,
  });
  expect(await leftBehind()).toEqual([]);
}
