import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { ModelFailure } from '../../../emulator/model/model.ts';
import { until } from '../model/model-fixture.ts';
import { countConnections, kill, post, serveModel, stopServing, waysIn } from './relay-fixture.ts';

const mebibyte = 1024 * 1024;

describe.each(waysIn)('a model behind a relay over $way', ({ start }) => {
  it('gets the request and gives the answer, byte for byte', async () => {
    await using model = await serveModel((request, response, body) => {
      response.writeHead(201, { 'x-host': request.headers.host, 'x-url': request.url }).end(body);
    });
    await using running = await start(model.port);
    const answer = await running.relay.channel.send(post({ body: Buffer.from([0, 255, 13, 10]) }));
    expect(answer).toMatchObject({ status: 201, headers: { 'x-host': 'model.aws.local:8080', 'x-url': '/invocations' } });
    expect([...answer.body]).toEqual([0, 255, 13, 10]);
  });

  it('carries 25 MB both ways in less than 10 s', async () => {
    await using model = await serveModel();
    await using running = await start(model.port);
    const body = randomBytes(25 * mebibyte);
    const answer = await running.relay.channel.send(post({ body }));
    expect(answer.body.equals(body)).toBe(true);
  });

  it('answers 256 at the same time, and 400', async () => {
    await using model = await serveModel();
    await using running = await start(model.port);
    for (const count of [256, 400]) {
      const bodies = Array.from({ length: count }, (_, index) => `body ${index}`);
      const answers = await Promise.all(bodies.map((body) => running.relay.channel.send(post({ body: Buffer.from(body) }))));
      expect(answers.map(({ body }) => body.toString())).toEqual(bodies);
    }
    expect(await countConnections(model)).toBeLessThanOrEqual(256);
  });

  it('keeps one connection for one request after the other', async () => {
    await using model = await serveModel();
    await using running = await start(model.port);
    for (let index = 0; index < 20; index += 1) await running.relay.channel.send(post());
    expect(await countConnections(model)).toBe(1);
  });

  it('ends the connection to the model when the caller goes away', async () => {
    await using model = await serveModel(() => {});
    await using running = await start(model.port);
    const leaving = new AbortController();
    const sent = running.relay.channel.send(post({ signal: leaving.signal }));
    sent.catch(() => {});
    await until(() => model.received.length === 1);
    leaving.abort();
    await expect(sent).rejects.toMatchObject({ reason: 'aborted' });
    await until(async () => (await countConnections(model)) === 0);
  });

  it('serves on when hundreds of callers went away at any moment', async () => {
    await using model = await serveModel();
    await using running = await start(model.port);
    const outcomes = await Promise.all(
      Array.from({ length: 400 }, (_, index) => {
        const signal = index % 4 === 0 ? AbortSignal.timeout(index / 4) : undefined;
        return running.relay.channel.send(post({ body: Buffer.alloc(20_000), ...(signal && { signal }) })).then(
          ({ status }) => status,
          (error: ModelFailure) => error.reason,
        );
      }),
    );
    expect(outcomes.filter((outcome) => outcome !== 200 && outcome !== 'aborted')).toEqual([]);
    expect((await running.relay.channel.send(post())).status).toBe(200);
  });

  it('gives up at the time limit', async () => {
    await using model = await serveModel(() => {});
    await using running = await start(model.port);
    await running.relay.channel.send(post({ timeoutMs: 100 })).catch(() => {});
    const startedAt = performance.now();
    await expect(running.relay.channel.send(post({ timeoutMs: 100 }))).rejects.toMatchObject({ reason: 'timedOut' });
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it('lets those wait that are too many, and tells them at their own time limit', async () => {
    await using model = await serveModel(() => {});
    await using running = await start(model.port);
    const first = Array.from({ length: 256 }, () => running.relay.channel.send(post({ timeoutMs: 5_000 })));
    for (const sent of first) sent.catch(() => {});
    await expect(running.relay.channel.send(post({ timeoutMs: 100, id: 'late' }))).rejects.toMatchObject({
      reason: 'notReady',
      isBusy: true,
    });
    expect(model.received).not.toContain('late');
  });

  it('is not ready where nothing listens, and was sent nothing', async () => {
    const model = await serveModel();
    await stopServing(model.server);
    await using running = await start(model.port);
    await expect(running.relay.channel.send(post())).rejects.toMatchObject({ reason: 'notReady' });
    await using again = await serveModel(undefined, model.port);
    expect((await running.relay.channel.send(post())).status).toBe(200);
    expect(again.received).toHaveLength(1);
  });

  it.each([
    { when: 'before it answered', write: '' },
    { when: 'in the middle of its answer', write: 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf' },
  ])('is a lost connection where the model ends $when', async ({ write }) => {
    await using model = await serveModel((request) => {
      request.socket.write(write, () => request.socket.destroy());
    });
    await using running = await start(model.port);
    await expect(running.relay.channel.send(post())).rejects.toMatchObject({ reason: 'connectionLost' });
    expect(model.received).toHaveLength(1);
  });

  it('is a lost connection, and soon, where the model ends every connection that it accepts', async () => {
    await using model = await serveModel();
    model.server.prependListener('connection', (socket) => socket.destroy());
    await using running = await start(model.port);
    for (let index = 0; index < 20; index += 1) {
      await expect(running.relay.channel.send(post({ timeoutMs: 5_000 }))).rejects.toMatchObject({ reason: 'connectionLost' });
    }
    expect(model.received).toEqual([]);
  });

  it('is not ready once a model that had a kept connection is gone, and serves again when it is back', async () => {
    await using model = await serveModel();
    await using running = await start(model.port);
    const { channel } = running.relay;
    await Promise.all(Array.from({ length: 8 }, () => channel.send(post())));
    await stopServing(model.server);
    const reasons: string[] = [];
    await until(async () => {
      reasons.push(await channel.send(post()).then(String, (error: ModelFailure) => error.reason));
      return reasons.at(-1) === 'notReady';
    });
    // One may have been written to a kept connection before its end was known.
    expect(reasons.length).toBeLessThanOrEqual(9);
    await using _ = await serveModel(undefined, model.port);
    expect((await channel.send(post())).status).toBe(200);
  });

  it('never says that nothing was sent of a request that the model has received', async () => {
    await using model = await serveModel((request, response, body) => {
      const chance = Math.random();
      if (chance < 0.2) request.socket.destroy();
      else if (chance < 0.4) request.socket.resetAndDestroy();
      else response.end(body);
      if (chance > 0.9) model.server.closeAllConnections();
    });
    await using running = await start(model.port);
    const ids = Array.from({ length: 600 }, (_, index) => `request-${index}`);
    const body = randomBytes(5_000);
    const outcomes = await Promise.all(
      ids.map((id) =>
        running.relay.channel.send(post({ id, body })).then(
          () => 'answered',
          (error: ModelFailure) => error.reason,
        ),
      ),
    );
    expect(new Set(outcomes)).toContain('answered');
    expect(new Set(outcomes)).toContain('connectionLost');
    const notReady = ids.filter((_, index) => outcomes[index] === 'notReady');
    expect(notReady.filter((id) => model.received.includes(id))).toEqual([]);
    expect(new Set(model.received).size).toBe(model.received.length);
  });

  it('is a lost connection where the relay ends, and not ready after that', async () => {
    await using model = await serveModel(() => {});
    await using running = await start(model.port);
    const sent = running.relay.channel.send(post());
    sent.catch(() => {});
    await until(() => model.received.length === 1);
    await kill(running.program);
    await expect(sent).rejects.toMatchObject({ reason: 'connectionLost' });
    await expect(running.relay.channel.send(post())).rejects.toMatchObject({ reason: 'notReady' });
    expect(model.received).toHaveLength(1);
  });

  it('fails what is under way when the relay is closed', async () => {
    await using model = await serveModel(() => {});
    await using running = await start(model.port);
    const sent = running.relay.channel.send(post());
    sent.catch(() => {});
    await until(() => model.received.length === 1);
    await running.relay.close();
    await expect(sent).rejects.toBeInstanceOf(ModelFailure);
    await expect(running.relay.close()).resolves.toBeUndefined();
  });

  it('reports its network namespace, with the port of the model', async () => {
    await using model = await serveModel();
    await using running = await start(model.port);
    const namespace = await running.relay.networkNamespace(2_000);
    expect(namespace.interfaces).toContain('lo');
    expect(namespace.listening.length).toBeGreaterThan(0);
  });

  it('does not report on its network namespace for ever', async () => {
    await using model = await serveModel();
    await using running = await start(model.port);
    await running.relay.networkNamespace(2_000);
    running.program.kill('SIGSTOP');
    await expect(running.relay.networkNamespace(100)).rejects.toThrow();
    await expect(running.relay.channel.send(post({ timeoutMs: 100 }))).rejects.toMatchObject({ reason: 'timedOut' });
  });

  it('ends with 0 at SIGTERM', async () => {
    await using model = await serveModel();
    await using running = await start(model.port);
    await running.relay.networkNamespace(2_000);
    const exited = once(running.program, 'exit');
    running.program.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });
});
