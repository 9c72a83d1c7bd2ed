// LISTEN is `-`: HTTP/2 over standard input and output. The process ends with them.
import { createServer } from 'node:http2';
import { Socket } from 'node:net';
import { joinWithoutWaiting } from '../join-without-waiting.ts';
import { refusals, sessionWindowBytes, streamWindowBytes } from '../relay-limits.ts';
import { answerQuestion, run } from './answer-namespace.ts';
import { carry, type Target } from './carry.ts';

export function serveStandardStreams(target: Target): void {
  // Not process.stdout: its writes to a pipe block.
  const input = new Socket({ fd: 0, readable: true, writable: false });
  const output = new Socket({ fd: 1, readable: false, writable: true });
  const server = createServer({ settings: { initialWindowSize: streamWindowBytes }, maxSessionMemory: 1_024 });
  server.on('session', (session) => {
    session.setLocalWindowSize(sessionWindowBytes);
    session.once('close', () => process.exit(0));
    session.on('error', (error: NodeJS.ErrnoException) => {
      // The emulator has gone, as it does.
      if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET') process.stderr.write(`relay: ${error.message}\n`);
    });
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {}); // 'close' follows
    if (headers[':method'] === 'CONNECT') {
      carry(stream, target, {
        accepted: () => stream.respond({ ':status': 200, 'relay-run': run }),
        refused: (why) => {
          if (!stream.closed && !stream.destroyed) stream.respond({ ':status': refusals[why] }, { endStream: true });
        },
      });
    } else {
      void answerQuestion(headers[':method'], headers[':path'], target).then(({ status, body }) => {
        // Whoever asked may have gone meanwhile.
        if (stream.closed || stream.destroyed) return;
        stream.respond({ ':status': status, 'content-type': 'application/json' });
        stream.end(body);
      });
    }
  });
  const transport = joinWithoutWaiting(input, output);
  transport.once('end', () => process.exit(0)).once('close', () => process.exit(0));
  server.emit('connection', transport);
}
