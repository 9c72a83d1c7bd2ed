// What a stream to the relay carries comes in any pieces: Docker's daemon joins and cuts them, and the relay may start long after the first request.
import { constants, createServer, type ServerHttp2Stream } from 'node:http2';
import { Duplex, PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { ModelFailure } from '../../../emulator/model/model.ts';
import { connectStreamRelay } from '../../../emulator/model/relay/connect-relay.ts';
import { joinWithoutWaiting } from '../../../emulator/model/relay/join-without-waiting.ts';
import type { Relay } from '../../../emulator/model/relay/relay.ts';
import { post } from './relay-fixture.ts';

const namespace = { interfaces: ['lo'], routesOut: 0, listening: [], modelRestarts: 0 };

type Answer = (stream: ServerHttp2Stream) => void;

const tellNamespace: Answer = (stream) => {
  stream.respond({ ':status': 200, 'content-type': 'application/json' });
  stream.end(JSON.stringify({ run: 'a', ...namespace }));
};

type Deliver = (output: PassThrough, push: (piece: Buffer) => void) => void;

interface Told {
  readonly answer: Answer;
  readonly deliver: Deliver;
  readonly startAfterMs?: number;
}

/** Uses a relay whose output passes through `deliver`. */
async function withRelay<Result>({ answer, deliver, startAfterMs = 0 }: Told, use: (relay: Relay) => Promise<Result>): Promise<Result> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const server = createServer().on('stream', (stream) => answer(stream.on('error', () => {})));
  const start = () => server.emit('connection', joinWithoutWaiting(input, output));
  if (startAfterMs === 0) start();
  else setTimeout(start, startAfterMs);
  const stream = new Duplex({ read() {}, write: (chunk, _encoding, done) => void input.write(chunk, done) });
  deliver(output, (piece) => void (stream.destroyed || stream.push(piece)));
  const relay = connectStreamRelay({ stream });
  try {
    return await use(relay);
  } finally {
    await relay.close();
    input.end();
  }
}

function askThrough(deliver: Deliver, startAfterMs = 0): Promise<unknown> {
  return withRelay({ answer: tellNamespace, deliver, startAfterMs }, (relay) => relay.networkNamespace(5_000));
}

/** All that was said within so long, in one piece. */
function joining(milliseconds: number): Deliver {
  return (output, push) => {
    const held: Buffer[] = [];
    output.on('data', (chunk: Buffer) => {
      if (held.push(chunk) === 1) setTimeout(() => push(Buffer.concat(held.splice(0))), milliseconds);
    });
  };
}

/** In two pieces, cut at this byte, with a turn of the event loop in between. */
function cutting(at: number): Deliver {
  return (output, push) => {
    let seen = 0;
    let last = Promise.resolve();
    output.on('data', (chunk: Buffer) => {
      const cut = Math.max(0, Math.min(at - seen, chunk.length));
      seen += chunk.length;
      last = last.then(async () => {
        push(chunk.subarray(0, cut));
        await new Promise(setImmediate);
        push(chunk.subarray(cut));
      });
    });
  };
}

describe('the first answer of a relay over a stream', () => {
  it.each([0, 1, 5, 20])('is complete where head, body and end arrive in one piece, of %i ms', async (milliseconds) => {
    for (let run = 0; run < 25; run += 1) expect(await askThrough(joining(milliseconds))).toEqual(namespace);
  });

  it('is complete wherever it is cut', async () => {
    for (let at = 0; at < 250; at += 1) expect(await askThrough(cutting(at)), `cut at ${at}`).toEqual(namespace);
  });

  it('is complete where the relay starts after the request was written', async () => {
    for (const milliseconds of [1, 10, 50]) expect(await askThrough(joining(0), milliseconds)).toEqual(namespace);
  });
});

describe('a connection to the model over a stream', () => {
  it.each([
    { how: 'in order', end: (stream: ServerHttp2Stream) => stream.end() },
    { how: 'with a reset', end: (stream: ServerHttp2Stream) => stream.close(constants.NGHTTP2_INTERNAL_ERROR) },
    { how: 'with a cancellation', end: (stream: ServerHttp2Stream) => stream.close(constants.NGHTTP2_CANCEL) },
  ])('that ends $how in the same piece as its acceptance is lost at once', async ({ end }) => {
    const answer: Answer = (stream) => {
      stream.respond({ ':status': 200 });
      end(stream);
    };
    const reasons = await withRelay({ answer, deliver: joining(5) }, async ({ channel }) => {
      const sent = Array.from({ length: 100 }, () => channel.send(post({ timeoutMs: 2_000 })));
      return Promise.all(
        sent.map((one) =>
          one.then(
            ({ status }) => status,
            (error: ModelFailure) => error.reason,
          ),
        ),
      );
    });
    expect(new Set(reasons)).toEqual(new Set(['connectionLost']));
  });
});
