// Faults on demand, for tests of whatever stands in front of a model. Nothing happens without a MODEL_STUB_FAULT… variable.
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Refusal } from './refusal.ts';
import type { Answer } from './server.ts';
import type { FaultName, Faults } from './settings.ts';

/** Longer than the 2 s that SageMaker gives a ping. */
const slowPingMs = 3_000;
const latencyMsDefault = 1_000;

export interface InvocationFault {
  readonly name: FaultName | null;
  readonly latencyMs: number;
  readonly status: number | null;
}

const none: InvocationFault = { name: null, latencyMs: 0, status: null };

/** `attributes` is the request's x-amzn-sagemaker-custom-attributes; it may say `fault=crash`, `fault=latency:250`, `fault=status:503`. */
export function faultOfInvocation(faults: Faults, attributes: string | undefined): InvocationFault {
  if (!faults.byRequest) return { name: faults.name, latencyMs: faults.latencyMs ?? 0, status: faults.status };
  const [, name, number] = /(?:^|[\s,;&])fault=([a-z0-9-]+)(?::(\d{1,6}))?/.exec(attributes ?? '') ?? [];
  const value = number === undefined ? null : Number(number);
  switch (name) {
    case 'crash':
    case 'hang':
    case 'half-answer':
      return { ...none, name };
    case 'latency':
      return { ...none, name, latencyMs: value ?? faults.latencyMs ?? latencyMsDefault };
    case 'status':
      return { ...none, name, status: Math.min(Math.max(value ?? faults.status ?? 500, 200), 599) };
    default:
      return none;
  }
}

/** Before the model is asked. Does not return for a crash, never resolves for a hang, throws Refusal for a status. */
export async function applyBeforeAnswer(fault: InvocationFault, body: string | null): Promise<Answer | null> {
  if (fault.latencyMs > 0) await delay(fault.latencyMs);
  if (fault.name === 'crash') process.exit(1);
  if (fault.name === 'hang') await new Promise(() => {});
  if (fault.status === null) return null;
  if (body === null) throw new Refusal(fault.status, 'FAULT_INJECTED', `Status ${fault.status} was asked for.`);
  return { status: fault.status, headers: { 'content-type': 'text/plain' }, body };
}

/** Announces the whole answer, sends half of it and cuts the connection. */
export function sendHalf(response: ServerResponse, answer: Answer): void {
  const bytes = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': bytes.length });
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
}

/** The status of GET /ping under the fault, or null for the true one. Faults by request do not touch pings: they carry no attributes. */
export async function applyToPing(faults: Faults): Promise<number | null> {
  if (faults.byRequest) return null;
  if (faults.name === 'slow-ping') await delay(slowPingMs);
  return faults.name === 'ping-503' ? 503 : null;
}
