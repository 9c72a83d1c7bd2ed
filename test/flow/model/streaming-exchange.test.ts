// Bodies and answers of any size between a channel and a container, over every way there is.
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { ModelRequest, ModelResponse, StreamedBody } from '../../../emulator/model/model.ts';
import type { BehaviourName } from '../sagemaker/fault-container.ts';
import { exchangeWays, faultContainer, httpServer } from './exchange-ways.ts';
import { until } from './model-fixture.ts';

const mebibyte = 1024 * 1024;

function asking(behaviour: BehaviourName, options: Partial<ModelRequest> = {}): ModelRequest {
  const headers = { 'x-amzn-sagemaker-custom-attributes': behaviour };
  return { method: 'POST', path: '/invocations', headers, body: Buffer.from('hello'), timeoutMs: 10_000, ...options };
}

function posting(body: StreamedBody, options: Partial<ModelRequest> = {}): ModelRequest {
  return { method: 'POST', path: '/invocations', headers: {}, body, timeoutMs: 10_000, ...options };
}

/** A body that counts how often it was opened, and knows what was made of it. */
function counted(make: () => Readable): StreamedBody & { readonly opened: Readable[] } {
  const opened: Readable[] = [];
  return {
    opened,
    open() {
      const source = make();
      opened.push(source);
      return source;
    },
  };
}

const endless = () =>
  counted(() =>
    Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(65_536);
      })(),
    ),
  );

/** Gives what came before the error. */
async function readAll(response: ModelResponse): Promise<{ text: string; bytes: number; error: unknown }> {
  let text = '';
  let bytes = 0;
  try {
    for await (const chunk of response.body) {
      bytes += chunk.length;
      if (text.length < 100) text += chunk.toString('latin1', 0, 100);
    }
    return { text, bytes, error: null };
  } catch (error) {
    return { text, bytes, error };
  }
}

describe.each(exchangeWays)('a streamed body over $way', ({ reach }) => {
  it('arrives whole, in chunks or with its length, and is opened once for each request', async () => {
    const lengths: (string | undefined)[] = [];
    await using reached = await reach(
      httpServer(async (request, response) => {
        lengths.push(request.headers['content-length']);
        response.end(await buffer(request));
      }),
    );
    const body = counted(() => Readable.from([Buffer.from('one '), Buffer.from('two')]));
    for (const headers of [{}, { 'content-length': '7' }] as Record<string, string>[]) {
      expect((await reached.channel.send(posting(body, { headers }))).body.toString()).toBe('one two');
    }
    expect(lengths).toEqual([undefined, '7']);
    expect(body.opened).toHaveLength(2);
    await until(() => body.opened.every(({ destroyed }) => destroyed));
  });

  it('is not opened where nothing listens, and can be sent again', async () => {
    await using reached = await reach(httpServer((_, response) => response.end()));
    await reached.server[Symbol.asyncDispose]();
    const body = counted(() => Readable.from([Buffer.from('x')]));
    await expect(reached.channel.open(posting(body))).rejects.toMatchObject({ reason: 'notReady' });
    expect(body.opened).toHaveLength(0);
  });

  it('that breaks is bodyBroken with its error, and ends the connection', async () => {
    await using reached = await reach(httpServer((request) => request.resume()));
    const cause = new Error('the disk is gone');
    const body = counted(() =>
      Readable.from(
        (function* () {
          yield Buffer.from('half');
          throw cause;
        })(),
      ),
    );
    await expect(reached.channel.open(posting(body))).rejects.toMatchObject({ reason: 'bodyBroken', cause });
    await until(async () => (await reached.server.connections()) === 0);
  });

  it('is read no faster than the container takes it, and let go at the time limit', async () => {
    await using reached = await reach(httpServer((request) => request.pause()));
    let bytes = 0;
    const body = counted(() =>
      Readable.from(
        (function* () {
          for (;;) {
            bytes += 65_536;
            yield Buffer.alloc(65_536);
          }
        })(),
      ),
    );
    await expect(reached.channel.open(posting(body, { timeoutMs: 700 }))).rejects.toMatchObject({ reason: 'timedOut' });
    expect(bytes).toBeLessThan(48 * mebibyte);
    await until(() => body.opened.every(({ destroyed }) => destroyed));
  });

  it('may be answered before it is whole; what is left of it is let go with the answer', async () => {
    await using reached = await reach(httpServer((_, response) => response.writeHead(413).end('too large')));
    const body = endless();
    {
      using response = await reached.channel.open(posting(body));
      expect(response.status).toBe(413);
      expect(await readAll(response)).toMatchObject({ text: 'too large', error: null });
    }
    await until(() => body.opened.every(({ destroyed }) => destroyed));
    await until(async () => (await reached.server.connections()) === 0);
  });
});

const breaks = [
  ['closes in mid-body, with a length', 'half'],
  ['resets in mid-body, with a length', 'half'],
  ['resets in mid-body, without a length', 'half'],
  ['closes in mid-chunk', ''],
  ['says a chunk size that is none', ''],
] as const;

describe.each(exchangeWays)('an answer over $way', ({ reach, knowsResets }) => {
  // Without a reset, an answer without a length looks whole where its connection broke.
  it.each(breaks.filter(([behaviour]) => knowsResets || !behaviour.startsWith('resets')))(
    'that %s is connectionLost',
    async (behaviour, came) => {
      await using reached = await reach(faultContainer);
      using response = await reached.channel.open(asking(behaviour));
      expect(response.status).toBe(200);
      const { text, error } = await readAll(response);
      expect(error).toMatchObject({ reason: 'connectionLost' });
      expect(text.startsWith(came)).toBe(true);
      await until(() => reached.server.connections() === 0);
    },
  );

  it('comes in any size, and its connection is kept', async () => {
    await using reached = await reach(faultContainer);
    {
      using response = await reached.channel.open(asking('answers 30 MB'));
      expect(await readAll(response)).toMatchObject({ bytes: 30 * mebibyte, error: null });
    }
    expect((await reached.channel.send(asking('good'))).body.toString()).toBe('hello');
    expect(reached.server.connections()).toBe(1);
  });

  it('that nobody reads is not taken from the container', async () => {
    await using reached = await reach(faultContainer);
    await reached.channel.send(asking('good'));
    using _response = await reached.channel.open(asking('never ends', { timeoutMs: 500 }));
    await until(() => reached.server.connections() === 0);
    expect(reached.server.bytesSent()).toBeLessThan(48 * mebibyte);
  });

  it.each([0, 1, 20])('that is not wanted any more behind %i pieces lets its connection go', async (pieces) => {
    await using reached = await reach(faultContainer);
    {
      using response = await reached.channel.open(asking('never ends'));
      let read = 0;
      if (pieces > 0) {
        for await (const _ of response.body) {
          read += 1;
          if (read === pieces) break;
        }
      }
    }
    await until(() => reached.server.connections() === 0);
    expect((await reached.channel.send(asking('good'))).status).toBe(200);
  });

  it.each(['dribbles', 'never goes on behind the head'] as const)(
    'of a container that %s has an end at the time limit',
    async (behaviour) => {
      await using reached = await reach(faultContainer);
      // A relay that was just started has its own time.
      await reached.channel.send(asking('good'));
      using response = await reached.channel.open(asking(behaviour, { timeoutMs: 500 }));
      expect((await readAll(response)).error).toMatchObject({ reason: 'timedOut' });
      await until(() => reached.server.connections() === 0);
    },
  );

  it('whose caller goes away in the middle ends', async () => {
    await using reached = await reach(faultContainer);
    const leaving = new AbortController();
    using response = await reached.channel.open(asking('dribbles', { signal: leaving.signal }));
    const read = readAll(response);
    leaving.abort();
    expect((await read).error).toMatchObject({ reason: 'aborted' });
    await until(() => reached.server.connections() === 0);
  });

  it('that was disposed of gives up its turn, however often', async () => {
    await using reached = await reach(faultContainer);
    for (let index = 0; index < 70; index += 1) {
      using _response = await reached.channel.open(asking('never goes on behind the head'));
    }
    expect((await reached.channel.send(asking('good', { timeoutMs: 2_000 }))).status).toBe(200);
    await until(() => reached.server.connections() <= 1);
  });
});
