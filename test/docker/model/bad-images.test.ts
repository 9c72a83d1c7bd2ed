import { describe, expect, it } from 'vitest';
import type { AirlockError } from '../../../emulator/errors.ts';
import { closing, until } from '../../flow/model/model-fixture.ts';
import { containerOf, docker, hasDocker, leftBehind, relayImage, startModel, stubImage } from './docker-fixture.ts';
import { inlineImage } from './inline-image.ts';

const memoryBytes = 64 * 1024 * 1024;

interface BadImage {
  /** For Node. */
  readonly program?: string;
  /** The whole Dockerfile. */
  readonly dockerfile?: string;
  readonly platform?: string;
  readonly startupTimeoutMs?: number;
  readonly code?: string;
  readonly line: RegExp;
}

const serverWith = (answer: string, port = 8080) =>
  `import('node:http').then(({ createServer }) => createServer(${answer}).listen(${port}));`;

const badImages: Readonly<Record<string, BadImage>> = {
  'exits-at-once': {
    program: "console.error('no weights in /opt/ml/model'); process.exit(3);",
    line: /ended with exit code 3, before it answered GET \/ping\. It printed last: no weights in \/opt\/ml\/model$/,
  },
  'exits-with-no-serve': { dockerfile: `FROM ${relayImage}\nENTRYPOINT []\n`, line: /has no executable "serve"/ },
  'exec-format': {
    dockerfile: `FROM ${relayImage}\nRUN printf garbage > /bin/serve && chmod 755 /bin/serve\nENTRYPOINT []\n`,
    line: /exec format error/,
  },
  'never-answers-ping': {
    program: serverWith('() => {}'),
    startupTimeoutMs: 4_000,
    line: /accepts connections and never answers GET \/ping .*no 200 within 4 s/,
  },
  'ping-503': {
    program: serverWith('(request, response) => { response.statusCode = 503; response.end(); }'),
    startupTimeoutMs: 3_000,
    line: /answers GET \/ping with 503 and gave no 200 within 3 s/,
  },
  'wrong-port': {
    program: serverWith('(request, response) => response.end()', 9090),
    startupTimeoutMs: 3_000,
    line: /listens on 9090, and SageMaker calls 8080/,
  },
  'not-listening': {
    program: 'setInterval(() => {}, 1000);',
    startupTimeoutMs: 3_000,
    line: /listens on no port, and SageMaker calls 8080/,
  },
  'out-of-memory': {
    program: 'const held = []; setInterval(() => held.push(Buffer.alloc(20e6, 1)), 5);',
    line: /was killed because it needed more memory than its limit of 64 MB/,
  },
  'other-architecture': {
    dockerfile: 'FROM scratch\nCOPY serve.mjs /serve\n',
    platform: process.arch === 'arm64' ? 'linux/s390x' : 'linux/arm64',
    code: 'NOT_AVAILABLE',
    line: /is for linux\/\w+, this Docker runs linux\/\w+/,
  },
};

describe.skipIf(!hasDocker)('an image that cannot serve', () => {
  it.each(Object.keys(badImages))('%s is one clear line, and nothing is left', async (name) => {
    const { line, code = 'MODEL_NOT_READY', startupTimeoutMs = 60_000, ...source } = badImages[name] ?? { line: /./ };
    const image = inlineImage(name, source);
    const error = await startModel(image, { startupTimeoutMs, memoryBytes }).then(
      async (model) => {
        await model.close();
        throw new Error('it came into service');
      },
      (reason: AirlockError) => reason,
    );
    expect(error).toMatchObject({ name: 'AirlockError', code });
    expect(error.message).toMatch(line);
    expect(error.message).toContain(image);
    expect(error.message).not.toContain('\n');
    expect(error.hint).toMatch(/\w/);
    expect(await leftBehind()).toEqual([]);
  });

  it('that does not exist is one line with the reason', async () => {
    const reference = 'localhost:1/no-such-model:1';
    const error = await startModel(reference).catch((reason: AirlockError) => reason as AirlockError);
    expect(error).toMatchObject({
      code: 'NOT_AVAILABLE',
      message: expect.stringMatching(/no-such-model:1" is not here and cannot be pulled: \S/),
    });
    expect(await leftBehind()).toEqual([]);
  });

  it('whose name is none is a wrong option', async () => {
    await expect(startModel('No Such Name')).rejects.toMatchObject({ code: 'BAD_OPTION' });
  });

  it('that has no Node is refused for the relay', async () => {
    const image = await stubImage();
    await expect(
      startModel(image, { relayImage: inlineImage('other-architecture', badImages['other-architecture'] ?? {}) }),
    ).rejects.toMatchObject({
      code: 'NOT_AVAILABLE',
      message: expect.stringContaining("The relay's image"),
    });
    expect(await leftBehind()).toEqual([]);
  });

  it('that ignores SIGTERM is killed after the limit', async () => {
    const program = `process.on('SIGTERM', () => {}); ${serverWith('(request, response) => response.end()')}`;
    await using running = closing(await startModel(inlineImage('ignores-sigterm', { program }), { stopTimeoutMs: 300 }));
    const container = containerOf(running.model);
    const startedAt = performance.now();
    await running.model.close();
    expect(performance.now() - startedAt).toBeGreaterThan(300);
    await until(async () => (await docker('ps', '--all', '--quiet', '--filter', `id=${container}`)) === '');
    expect(await leftBehind()).toEqual([]);
  });
});
