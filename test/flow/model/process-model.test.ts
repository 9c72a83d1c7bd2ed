import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { ModelFailure } from '../../../emulator/model/model.ts';
import { startProcessModel } from '../../../emulator/model/process-model.ts';
import { closing, invocation, isAlive, pidOf, silentLog, until } from './model-fixture.ts';

const directory = mkdtempSync(join(tmpdir(), 'process-model-'));
afterAll(() => rmSync(directory, { recursive: true }));

const start = (
  environment: Record<string, string> = {},
  more: { startupTimeoutMs?: number; entryPoint?: string; stopTimeoutMs?: number } = {},
) => startProcessModel({ environment, log: silentLog, ...more });

const byRequest = { MODEL_STUB_FAULTS: 'by-request' };

function socketDirectoriesOf(pid: number): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith(`airlock-model-${pid}-`));
}

/** A program for the model's place, given as JavaScript after `listen(handler)`. */
function program(name: string, source: string): string {
  const path = join(directory, `${name}.mjs`);
  writeFileSync(
    path,
    `import { createServer } from 'node:http';\nconst listen = (handler) => createServer(handler).listen(process.env.MODEL_STUB_LISTEN.slice(5));\n${source}`,
  );
  return path;
}

describe('a model that runs as a process', () => {
  it('answers records through its socket', async () => {
    await using running = closing(await start());
    const answer = await running.model.request(invocation());
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(JSON.parse(answer.body.toString()).results).toMatchObject([{ id: 1, reason: 'NOT_IN_GRAPH' }]);
    expect(running.model.state).toBe('inService');
  });

  it('keeps 100 requests at the same time apart', async () => {
    await using running = closing(await start());
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, id) => running.model.request(invocation({ body: JSON.stringify({ records: [{ id }] }) }))),
    );
    expect(answers.map(({ body }) => JSON.parse(body.toString()).results[0].id)).toEqual(Array.from({ length: 100 }, (_, id) => id));
  });

  it('fails the request in flight when it crashes, and answers the next one after its restart', async () => {
    await using running = closing(await start(byRequest));
    const pid = pidOf(running.model);
    await expect(running.model.request(invocation({ fault: 'crash' }))).rejects.toMatchObject({
      name: 'ModelFailure',
      reason: 'connectionLost',
    });
    expect((await running.model.request(invocation())).status).toBe(200);
    expect(pidOf(running.model)).not.toBe(pid);
    expect(isAlive(pid)).toBe(false);
  });

  it('comes back each time when it crashes three times', async () => {
    await using running = closing(await start(byRequest));
    for (let crash = 0; crash < 3; crash += 1) {
      await expect(running.model.request(invocation({ fault: 'crash' }))).rejects.toMatchObject({ reason: 'connectionLost' });
      expect((await running.model.request(invocation())).status).toBe(200);
    }
  });

  it('comes back when it is killed while idle', async () => {
    await using running = closing(await start());
    const pid = pidOf(running.model);
    process.kill(pid, 'SIGKILL');
    await until(() => !isAlive(pid));
    expect((await running.model.request(invocation())).status).toBe(200);
    expect(pidOf(running.model)).not.toBe(pid);
  });

  it.each([
    ['hangs', 'hang', { timeoutMs: 200 }, 'timedOut'],
    ['stops in the middle of its answer', 'half-answer', {}, 'connectionLost'],
    ['is later than the limit', 'latency:2000', { timeoutMs: 100 }, 'timedOut'],
  ] as const)('reports a model that %s, and serves on', async (_, fault, options, reason) => {
    await using running = closing(await start(byRequest));
    const startedAt = performance.now();
    await expect(running.model.request(invocation({ fault, ...options }))).rejects.toMatchObject({ reason });
    expect(performance.now() - startedAt).toBeLessThan(1_500);
    expect((await running.model.request(invocation())).status).toBe(200);
  });

  it('ends a request whose caller goes away', async () => {
    await using running = closing(await start(byRequest));
    const caller = new AbortController();
    const request = running.model.request(invocation({ fault: 'hang', signal: caller.signal }));
    caller.abort();
    await expect(request).rejects.toMatchObject({ reason: 'aborted' });
  });

  it('cuts off an answer above 25 MB', async () => {
    const entryPoint = program(
      'large',
      `listen((request, response) => response.end(request.url === '/ping' ? '' : Buffer.alloc(26 * 1024 * 1024)));`,
    );
    await using running = closing(await start({}, { entryPoint, stopTimeoutMs: 500 }));
    await expect(running.model.request(invocation())).rejects.toMatchObject({ reason: 'answerTooLarge' });
  });

  it('passes only the environment it is given', async () => {
    const entryPoint = program(
      'environment',
      'listen((request, response) => response.end(JSON.stringify({ ...process.env, cwd: process.cwd() })));',
    );
    await using running = closing(await start({ GREETING: 'hello', PATH: '/nowhere' }, { entryPoint, stopTimeoutMs: 500 }));
    const seen = JSON.parse((await running.model.request({ method: 'GET', path: '/', headers: {}, timeoutMs: 1_000 })).body.toString());
    const { MODEL_DIR: _model, MODEL_STUB_LISTEN: _listen, cwd, ...rest } = seen;
    expect(rest).toEqual({ GREETING: 'hello', PATH: '/nowhere', MODEL_STUB_EXIT_WITH_STDIN: '1' });
    expect(cwd).not.toBe(process.cwd());
  });

  it('gives another customer other ids', async () => {
    const personIdIn = async (scope: string) => {
      await using running = closing(await start({ MODEL_CUSTOMER_SCOPE: scope }));
      return JSON.parse((await running.model.request(invocation())).body.toString()).results[0].personId;
    };
    const [first, again, other] = [await personIdIn('a'), await personIdIn('a'), await personIdIn('b')];
    expect(first).toMatch(/^prs_/);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });
});

describe('a model that does not start', () => {
  it.each([
    ['never answers 200 on /ping', { MODEL_STUB_FAULT: 'ping-503' }, 500],
    ['takes longer than 2 s for each ping', { MODEL_STUB_FAULT: 'slow-ping' }, 500],
    ['ends at once', { MODEL_STUB_FAULT: 'no-such-fault' }, 10_000],
    ['has no artifact', { MODEL_DIR: '/nowhere' }, 500],
  ])('is an error where it %s, and leaves nothing behind', async (name, environment, startupTimeoutMs) => {
    const entryPoint = program('no-artifact', 'process.exit(3);');
    const started = start(environment, { startupTimeoutMs, ...(name === 'has no artifact' && { entryPoint }) });
    await expect(started).rejects.toMatchObject({ name: 'AirlockError', code: 'MODEL_NOT_READY' });
    expect(socketDirectoriesOf(process.pid)).toEqual([]);
  });
});

describe('closing a model', () => {
  it('leaves no process and no socket directory, also when called twice', async () => {
    const model = await start();
    const pid = pidOf(model);
    expect(socketDirectoriesOf(process.pid)).toHaveLength(1);
    await Promise.all([model.close(), model.close()]);
    expect(model.state).toBe('stopped');
    expect(isAlive(pid)).toBe(false);
    expect(socketDirectoriesOf(process.pid)).toEqual([]);
    await expect(model.request(invocation())).rejects.toBeInstanceOf(ModelFailure);
  });

  it('does not wait for a request that hangs', async () => {
    const model = await start(byRequest);
    const hanging = model.request(invocation({ fault: 'hang' }));
    const failed = expect(hanging).rejects.toBeInstanceOf(ModelFailure);
    await model.request(invocation());
    const startedAt = performance.now();
    await model.close();
    await failed;
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it('kills a model that ignores SIGTERM', async () => {
    const entryPoint = program('stubborn', `process.on('SIGTERM', () => {}); listen((request, response) => response.end());`);
    const model = await start({}, { entryPoint, stopTimeoutMs: 200 });
    const pid = pidOf(model);
    await model.close();
    expect(isAlive(pid)).toBe(false);
  });

  it('while it is being started again, starts nothing more', async () => {
    const model = await start(byRequest);
    await expect(model.request(invocation({ fault: 'crash' }))).rejects.toMatchObject({ reason: 'connectionLost' });
    await model.close();
    expect(model.state).toBe('stopped');
    expect(socketDirectoriesOf(process.pid)).toEqual([]);
  });

  it('is not needed when Airlock is killed: the model dies with it, and the next start clears up', async () => {
    // A temporary directory of its own: any other Airlock of this user would clear up, too.
    const temporary = mkdtempSync(join(directory, 'tmp-'));
    const script = join(directory, 'owner.mjs');
    const source = (path: string) => JSON.stringify(fileURLToPath(new URL(path, import.meta.url)));
    writeFileSync(
      script,
      `import { startProcessModel } from ${source('../../../emulator/model/process-model.ts')};
       import { createLog } from ${source('../../../emulator/log.ts')};
       const model = await startProcessModel({ environment: {}, log: createLog('silent') });
       process.stdout.write(model.description + '\\n');
       if (process.argv[2] === 'close') await model.close();`,
    );
    const own = (...args: string[]) =>
      spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'], env: { TMPDIR: temporary } });
    const owner = own();
    const description = await new Promise<string>((resolve) => owner.stdout.once('data', (data) => resolve(String(data))));
    const pid = Number(/process (\d+)/.exec(description)?.[1]);
    expect(isAlive(pid)).toBe(true);
    owner.kill('SIGKILL');
    await until(() => !isAlive(pid));
    expect(readdirSync(temporary)).toEqual([expect.stringContaining(`airlock-model-${owner.pid}-`)]);
    const next = own('close');
    expect(await new Promise((resolve) => next.once('exit', resolve))).toBe(0);
    expect(readdirSync(temporary)).toEqual([]);
  });
});
