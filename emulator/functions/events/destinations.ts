// Who is told of a finished event. The function's execution role is asked, as on AWS: what it may not do is a warning here and no more.
import type { CredentialStore } from '../../iam/credential-store.ts';
import { evaluate } from '../../iam/evaluate.ts';
import type { PolicyDocument } from '../../iam/policy-document.ts';
import type { RoleSessionPrincipal } from '../../iam/principal.ts';
import type { Log } from '../../log.ts';
import { eventBytesMax } from '../invoke-request.ts';
import { putIntoBucket } from './bucket-destination.ts';
import { destinationRecord, type RecordInput } from './destination-record.ts';

export interface DestinationsOptions {
  /** By the unqualified ARN of the function. */
  readonly sessions: ReadonlyMap<string, RoleSessionPrincipal>;
  /** The policies of the function, alias or version that is the destination. */
  readonly policiesOf: (qualifiedArn: string) => readonly PolicyDocument[];
  readonly credentials: CredentialStore;
  readonly awsUrl: () => string;
  readonly region: string;
  readonly log: Log;
}

export interface DestinationCall extends RecordInput {
  readonly destinationArn: string;
  /** Queues the record as an event of the function that is the destination. */
  readonly invoke: (functionArn: string, record: string) => void;
  readonly signal: AbortSignal;
}

export interface Destinations {
  /** Once: what does not arrive is logged. Never rejects for that. */
  send(call: DestinationCall): Promise<void>;
}

export function createDestinations(options: DestinationsOptions): Destinations {
  return {
    async send(call) {
      const { requestId, event, destinationArn } = call;
      const functionArn = event.functionArn.split(':').slice(0, 7).join(':');
      const log = options.log.child({ functionArn: event.functionArn, requestId, destination: destinationArn });
      const session = options.sessions.get(functionArn);
      if (session === undefined) return log.warn('the record was not sent: the function has no role');
      const record = destinationRecord(call);
      if (destinationArn.split(':')[2] === 's3') return sendToBucket({ ...options, log }, call, { session, functionArn, record });
      const decision = evaluate({
        principal: session,
        action: 'lambda:InvokeFunction',
        resourceArn: destinationArn,
        resourceAccountId: destinationArn.split(':')[4] ?? '',
        resourcePolicies: options.policiesOf(destinationArn),
        context: { 'lambda:FunctionArn': destinationArn },
      });
      if (!decision.allowed) {
        const { reason } = decision;
        return log.warn(
          { role: session.roleArn, reason },
          "the record was not sent: the function's role lacks lambda:InvokeFunction on it",
        );
      }
      const recordBytes = Buffer.byteLength(record);
      if (recordBytes > eventBytesMax) return log.warn({ recordBytes }, 'the record was not sent: it is too large for an event');
      call.invoke(destinationArn, record);
    },
  };
}

async function sendToBucket(
  { credentials, awsUrl, region, log }: DestinationsOptions,
  { requestId, finished, destinationArn, signal }: DestinationCall,
  { session, functionArn, record }: { session: RoleSessionPrincipal; functionArn: string; record: string },
): Promise<void> {
  const issued = credentials.issue(session);
  try {
    const fault = await putIntoBucket({
      ...{ bucketArn: destinationArn, functionArn, requestId, finishedAtMs: finished.atMs, record },
      ...{ awsUrl: awsUrl(), region, credentials: issued, signal },
    });
    if (fault !== null && !signal.aborted) log.warn({ errorCode: fault, role: session.roleArn }, 'the record was not sent');
  } finally {
    credentials.revoke(issued.accessKeyId);
  }
}
