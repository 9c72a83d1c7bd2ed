// Carries bytes between a connection of the emulator's and a new one to the model's server.
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { acceptTimeoutMs, type Refusal, relayConnectionsMax } from '../relay-limits.ts';

export type Target = Readonly<{ host: string; port: number }>;

interface Outcome {
  readonly accepted: () => void;
  readonly refused: (why: Refusal) => void;
}

let connections = 0;

/** Reads nothing of `client` before the model has accepted. */
export function carry(client: Duplex, { host, port }: Target, { accepted, refused }: Outcome): void {
  client.on('error', () => {}); // 'close' follows
  if (connections >= relayConnectionsMax) {
    refused('tooMany');
    return;
  }
  connections += 1;
  let isAccepted = false;
  const model = connect({ host, port, noDelay: true, allowHalfOpen: true });
  let refusal: Refusal = 'notListening';
  const timer = setTimeout(() => {
    // Behind what the loop has still to read: where this process was busy, the connection may be there already.
    setImmediate(() => {
      if (isAccepted) return;
      refusal = 'notAccepted';
      model.destroy();
    });
  }, acceptTimeoutMs);
  model.on('error', () => {});
  model.once('connect', () => {
    isAccepted = true;
    clearTimeout(timer);
    // Gone, though its 'close' is still to come: HTTP/2 throws at an answer to it.
    if (client.destroyed || client.closed) return void model.destroy();
    accepted();
    // pipe() ends the other side when this one ends: half-close is kept.
    client.pipe(model).pipe(client);
  });
  model.once('close', () => {
    clearTimeout(timer);
    connections -= 1;
    if (!isAccepted) refused(refusal);
    // An error, as HTTP/2 would say of a mere destroy() that the stream has ended in order.
    else if (!isComplete(model)) client.destroy(new Error('The connection to the model broke.'));
  });
  client.once('close', () => {
    if (!isComplete(client)) model.destroy();
  });
}

/** Closed because both directions ended, not because it broke. */
function isComplete(connection: Duplex): boolean {
  return connection.readableEnded && connection.writableFinished;
}
