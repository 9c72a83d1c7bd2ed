// 9. The server listens on port 8080 of all interfaces.
import type { Check, Verdict } from '../check.ts';
import { type ListeningPorts, listeningPorts } from '../probes/listening-ports.ts';

const port = 8080;

export const listensOn8080: Check = {
  id: 'listens-on-8080',
  group: 'lifecycle',
  severity: 'blocks',
  title: 'The server listens on port 8080 of all interfaces',
  why: 'SageMaker calls the container at an address of its network interface. A server on 127.0.0.1 works with a tool inside the container and is never reached there.',
  source:
    'SageMaker developer guide, "Use your own inference code with hosting services"; addresses seen in reports of batch transform jobs',
  fix: 'Bind the server to 0.0.0.0:8080 (gunicorn: --bind 0.0.0.0:8080; uvicorn: --host 0.0.0.0 --port 8080).',
  judge: async (evidence) => judgeListening(await evidence.of(listeningPorts)),
};

export function judgeListening(listening: ListeningPorts): Verdict {
  const own = listening.find((one) => one.port === port);
  if (own === undefined) {
    const others = listening.map((one) => one.port);
    const seen = others.length === 0 ? 'it listens on no port' : `it listens on ${others.join(', ')}`;
    return { outcome: 'failed', findings: [`${seen}, not on ${port}`] };
  }
  if (own.beyondLoopback === undefined)
    return { outcome: 'notDecided', reason: 'the relay does not tell addresses of loopback from others' };
  if (own.beyondLoopback) return { outcome: 'passed' };
  return { outcome: 'failed', findings: [`port ${port} is bound to a loopback address only, not to 0.0.0.0`] };
}
