// Composition of asynchronous invocations: the queue on disk, the functions, and who is told when one is finished.
import type { Clock } from './clock.ts';
import type { Faults } from './faults.ts';
import { parseFunctionReference } from './function-reference.ts';
import { createDestinations } from './functions/events/destinations.ts';
import { createEventInvocations, type EventInvocations, eventsMax } from './functions/events/event-invocations.ts';
import { eventSettings } from './functions/events/event-settings.ts';
import { parseQueuedEvent } from './functions/events/queued-event.ts';
import { executedVersion } from './functions/executed-version.ts';
import { createFaultyInvoker } from './functions/faulty-invoker.ts';
import { functionPolicies } from './functions/function-policy.ts';
import type { FunctionInvoker } from './functions/outcome.ts';
import type { CredentialStore } from './iam/credential-store.ts';
import type { RoleSessionPrincipal } from './iam/principal.ts';
import type { Log } from './log.ts';
import { own } from './ownership.ts';
import { openQueueDirectory } from './queue-directory.ts';
import type { Deployment, FunctionDefinition } from './template/deployment.ts';

export interface EventParts {
  readonly deployment: Pick<Deployment, 'functions' | 'functionPermissions' | 'eventInvokeConfigs' | 'buckets'>;
  readonly functions: FunctionInvoker;
  readonly faults: Faults;
  readonly sessions: ReadonlyMap<string, RoleSessionPrincipal>;
  readonly credentials: CredentialStore;
  readonly awsUrl: () => string;
  readonly region: string;
  /** Where the events are, made where it is not there. */
  readonly directory: string;
  readonly retryWaitSeconds: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Closes them. */
  readonly parts: AsyncDisposableStack;
}

/** @throws AirlockError BAD_OPTION when another process has the directory */
export async function startEvents(options: EventParts): Promise<EventInvocations> {
  const { deployment, faults, sessions, credentials, awsUrl, region, clock, log, parts } = options;
  const definitions = new Map(deployment.functions.map((definition) => [definition.arn, definition]));
  const definitionOf = (invokedArn: string): FunctionDefinition | undefined => definitions.get(invokedArn.split(':').slice(0, 7).join(':'));
  warnOfBuckets(deployment, log);
  const events = createEventInvocations({
    queue: await openQueueDirectory({ directory: options.directory, entriesMax: 2 * eventsMax, parse: parseQueuedEvent, log }),
    invoker: createFaultyInvoker({ invoker: options.functions, functions: deployment.functions, faults }),
    settingsOf: eventSettings(deployment.eventInvokeConfigs, options.retryWaitSeconds * 1_000),
    versionOf(invokedArn) {
      const definition = definitionOf(invokedArn);
      return definition === undefined ? null : executedVersion(definition, parseFunctionReference(invokedArn)?.qualifier ?? null);
    },
    allowsRecursiveLoop: (invokedArn) => definitionOf(invokedArn)?.allowsRecursiveLoop ?? false,
    isTurnedOff: (invokedArn) => definitionOf(invokedArn)?.reservedConcurrency === 0,
    destinations: createDestinations({
      sessions,
      policiesOf: functionPolicies(deployment.functionPermissions),
      credentials,
      awsUrl,
      region,
      log,
    }),
    clock,
    log,
  });
  return own(parts, events);
}

/** It may be made later, by a call; until then no record gets there. */
function warnOfBuckets({ eventInvokeConfigs, buckets }: Pick<Deployment, 'eventInvokeConfigs' | 'buckets'>, log: Log): void {
  for (const { functionArn, onFailure } of eventInvokeConfigs) {
    if (onFailure?.split(':')[2] !== 's3' || buckets.some(({ arn }) => arn === onFailure)) continue;
    log.warn({ functionArn, destination: onFailure }, 'no template declares the bucket that is the destination of failed events');
  }
}
