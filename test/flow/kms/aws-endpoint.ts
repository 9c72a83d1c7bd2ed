// The AWS endpoint with the given services on a free port, and principals with keys to it.
import { pino } from 'pino';
import { startAwsEndpoint } from '../../../emulator/aws/endpoint.ts';
import type { AwsService } from '../../../emulator/aws/service.ts';
import { systemClock } from '../../../emulator/clock.ts';
import { createCredentialStore } from '../../../emulator/iam/credential-store.ts';
import type { PolicyStatement } from '../../../emulator/iam/policy-document.ts';
import type { RoleSessionPrincipal, UserPrincipal } from '../../../emulator/iam/principal.ts';
import { createTracer } from '../../../emulator/trace/tracer.ts';

export const region = 'us-east-1';
export const log = pino({ level: 'silent' });

export function allowing<Who extends UserPrincipal | RoleSessionPrincipal>(principal: Who, ...statements: PolicyStatement[]): Who {
  return { ...principal, policies: [{ name: 'test', document: { Version: '2012-10-17', Statement: statements } }] };
}

export async function startTestEndpoint(services: readonly AwsService[]) {
  const credentials = createCredentialStore();
  const tracer = createTracer(systemClock);
  const endpoint = await startAwsEndpoint({ services, credentials, region, port: 0, clock: systemClock, log, tracer });
  return {
    url: endpoint.url,
    /** Options for an SDK client that speaks for this principal. One attempt: a retry would hide what the first answer was. */
    clientOf(principal: UserPrincipal | RoleSessionPrincipal) {
      return { endpoint: endpoint.url, region, credentials: credentials.issue(principal), maxAttempts: 1 };
    },
    traces: () => tracer.list(),
    [Symbol.asyncDispose]: () => endpoint.close(),
  };
}
