// Gets to the relay of a model container: by socket where the daemon shares our files, else by stream; what worked is remembered.
import type Docker from 'dockerode';
import { AirlockError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { pause } from '../readiness.ts';
import type { NetworkNamespace, Relay } from '../relay/relay.ts';
import { daemonText } from './docker-engine.ts';
import { createRelayContainer, type RelayContainer, type Transport } from './relay-container.ts';

export interface RelayOpenerOptions {
  readonly docker: Docker;
  readonly runId: string;
  readonly imageId: string;
  /** For messages. */
  readonly image: string;
  readonly log: Log;
  /** `auto` begins with the socket where `socketMayWork`. */
  readonly transport: 'auto' | Transport;
  readonly socketMayWork: boolean;
}

export interface OpenRelay {
  readonly relay: Relay;
  readonly transport: Transport;
  /** Its first answer, when the model's container already ran. */
  readonly namespace: NetworkNamespace;
  readonly exited: Promise<void>;
  remove(): Promise<void>;
}

export interface PendingRelay {
  /** Call it when the model's container runs. */
  open(signal: AbortSignal): Promise<OpenRelay>;
  remove(): Promise<void>;
}

/** From the start of the relay's container to its first answer; on a busy machine Node alone takes a second. */
const answerTimeoutMs = 10_000;
/** With another transport to fall back to. */
const socketTimeoutMs = 4_000;
const pollIntervalMs = 10;

/** Makes the containers of relays, one for each container of the model. */
export function createRelayOpener(options: RelayOpenerOptions): (modelId: string, name: string) => PendingRelay {
  const { docker, runId, imageId, image, log } = options;
  const mayFallBack = options.transport === 'auto';
  let transport: Transport = options.transport === 'auto' ? (options.socketMayWork ? 'socket' : 'stream') : options.transport;

  return (modelId, name) => {
    let used = transport;
    let creating: Promise<RelayContainer> | null = null;
    const create = () => {
      used = transport;
      creating = createRelayContainer({ docker, runId, imageId, modelId, transport, name: `${name}-${transport}`, log });
      // Reported by whoever waits for it.
      creating.catch(() => {});
      return creating;
    };
    const remove = async () => {
      const container = await creating?.catch(() => null);
      await container?.remove();
    };
    const tryOnce = async (timeoutMs: number, signal: AbortSignal): Promise<OpenRelay> => {
      const container = await (creating ?? create());
      const relay = await container.start();
      const exited = container.exited();
      const over = new AbortController();
      try {
        const failed = Promise.race([
          exited.then(() => 'it ended'),
          pause(timeoutMs, AbortSignal.any([signal, over.signal])).then(() => 'it does not answer'),
        ]);
        const answer = await Promise.race([firstAnswer(relay, timeoutMs, over.signal), failed]);
        if (answer === null || typeof answer === 'string') {
          throw new Error(`${answer ?? 'it was given up'} (${(await container.errorText()) || 'it printed nothing'})`);
        }
        return { relay, transport: used, namespace: answer, exited, remove };
      } finally {
        over.abort();
      }
    };
    create();
    return {
      remove,
      async open(signal) {
        try {
          if (used === 'stream' || !mayFallBack) return await tryOnce(answerTimeoutMs, signal);
          try {
            return await tryOnce(socketTimeoutMs, signal);
          } catch (error) {
            if (signal.aborted) throw error;
            log.debug({ error }, 'the relay cannot be reached by its socket; trying its standard input and output');
            await remove();
          }
          transport = 'stream';
          create();
          return await tryOnce(answerTimeoutMs, signal);
        } catch (error) {
          throw relayFailure(error, image);
        }
      },
    };
  };
}

/** Null at the signal. */
async function firstAnswer(relay: Relay, timeoutMs: number, signal: AbortSignal): Promise<NetworkNamespace | null> {
  while (!signal.aborted) {
    try {
      return await relay.networkNamespace(timeoutMs);
    } catch {
      // Whatever it is, a relay that has only just been started may do better; whoever called knows when to stop.
      await pause(pollIntervalMs, signal);
    }
  }
  return null;
}

function relayFailure(error: unknown, image: string): AirlockError {
  const reason = daemonText(error);
  return new AirlockError(
    'NOT_AVAILABLE',
    `The relay beside the model's container (image ${image}) cannot be used: ${reason}`,
    'It needs an image with Node 20 or newer as "node": check --relay-image.',
    { cause: error },
  );
}
