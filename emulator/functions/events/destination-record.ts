// What a destination is sent of a finished event. [V] the members, recorded on AWS.
import type { FinishedEvent, QueuedEvent } from './queued-event.ts';

export interface RecordInput {
  readonly requestId: string;
  readonly event: QueuedEvent;
  readonly finished: FinishedEvent;
  /** The event's payload: JSON text. */
  readonly payload: string;
}

/**
 * JSON text. Both payloads go in as they are, so no number in them changes. An event that was never run (it was throttled until it was
 * too old) has no response. [own]
 */
export function destinationRecord({ requestId, event, finished, payload }: RecordInput): string {
  const { functionArn, attempts, response } = event;
  const members: Record<string, string> = {
    version: JSON.stringify('1.0'),
    timestamp: JSON.stringify(new Date(finished.atMs).toISOString()),
    requestContext: JSON.stringify({
      requestId,
      functionArn: withQualifier(functionArn),
      condition: finished.condition,
      approximateInvokeCount: attempts,
    }),
    requestPayload: payload,
  };
  if (response !== null) {
    const { executedVersion, isError } = response;
    members.responseContext = JSON.stringify({ statusCode: 200, executedVersion, ...(isError && { functionError: 'Unhandled' }) });
    members.responsePayload = response.payload;
  }
  return `{${Object.entries(members)
    .map(([name, text]) => `${JSON.stringify(name)}:${text}`)
    .join(',')}}`;
}

/** The record always names one, also where the invocation named none. [V] */
export function withQualifier(functionArn: string): string {
  return functionArn.split(':').length > 7 ? functionArn : `${functionArn}:$LATEST`;
}
