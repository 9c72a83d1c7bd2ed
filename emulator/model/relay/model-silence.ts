// Why a model behind a relay that somebody else runs gives no 200 on /ping, as far as the relay can tell, and where to look.
import type { PingResult } from '../readiness.ts';
import type { NetworkNamespace } from './relay.ts';

export interface Silence {
  /** What is the matter, without a full stop. */
  readonly why: string;
  readonly whatToDo: string;
}

const modelPort = 8080;
const seeItsLog = 'See the log of its container (docker compose logs model)';

/** `found`: what the relay reports now, or why it does not; `lastPing` is null where there was none. */
export function describeSilence(lastPing: PingResult | null, found: NetworkNamespace | Error): Silence {
  if (found instanceof Error) return relayIsGone(found);
  const { listening, modelRestarts = 0 } = found;
  const ping = describePing(lastPing);
  if (ping !== null) return { why: ping, whatToDo: `GET /ping must answer 200 within 2 s as soon as it can take requests. ${seeItsLog}.` };
  if (modelRestarts > 0) {
    const times = modelRestarts === 1 ? 'once' : `${modelRestarts} times`;
    return {
      why: `the model ended and was started again, ${times} so far`,
      whatToDo: `${seeItsLog}; when it is mended: docker compose up -d.`,
    };
  }
  const own = listening.find(({ port }) => port === modelPort);
  const others = listening.map(({ port }) => port).filter((port) => port !== modelPort);
  const beside = others.length > 0 ? `; it listens on ${others.join(', ')}` : '';
  const bind = `Let it listen on 0.0.0.0:${modelPort}, which SageMaker calls.`;
  if (own?.onLoopback)
    return { why: `it listens on port ${modelPort} only since now, or accepts no connection`, whatToDo: `${seeItsLog}.` };
  if (own !== undefined) return { why: `it listens on port ${modelPort} of another address than 127.0.0.1${beside}`, whatToDo: bind };
  if (others.length > 0) return { why: `nothing listens on port ${modelPort}${beside}`, whatToDo: `${bind} ${seeItsLog}.` };
  return { why: `nothing listens on port ${modelPort}`, whatToDo: `${seeItsLog}; if it does not run: docker compose up -d.` };
}

/** The relay is there no more, or does not answer. */
export function relayIsGone(error: Error): Silence {
  const hasEnded = (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
  return {
    why: hasEnded ? `the relay has ended (${error.message})` : `the relay does not answer (${error.message})`,
    whatToDo: 'Usually the model keeps ending, and the relay with it: docker compose logs model relay; then docker compose up -d.',
  };
}

function describePing(result: PingResult | null): string | null {
  if (typeof result === 'number') return `/ping answers ${result}`;
  if (result === 'timedOut') return '/ping does not answer within 2 s';
  if (result === 'connectionLost') return '/ping breaks off its answer';
  if (result === 'answerTooLarge') return '/ping gives an answer that is too large';
  // Nothing accepted the connection.
  return null;
}
