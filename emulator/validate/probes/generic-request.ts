// A request to POST /invocations where samples are not at hand: the first good sample, else a body that says nothing of any model.
import type { Evidence } from '../evidence.ts';
import { NotDecided } from '../evidence.ts';
import { platformHeaders } from '../platform-headers.ts';
import { goodAnswers } from './sample-answers.ts';

export interface InvocationRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** It is one of the samples, and was answered 2xx. */
  readonly isSample: boolean;
}

/** Of the samples, the one that took longest. */
export async function requestToSend(evidence: Evidence): Promise<InvocationRequest> {
  try {
    const answers = await goodAnswers(evidence);
    const slowest = answers.reduce((one, other) => (other.invoked.durationMs > one.invoked.durationMs ? other : one));
    return { headers: platformHeaders(slowest.sample), body: slowest.sample.body, isSample: true };
  } catch (error) {
    if (!(error instanceof NotDecided)) throw error;
    const contentType = 'application/json';
    return { headers: platformHeaders({ contentType, accept: null }), body: Buffer.from('{"records":[]}'), isSample: false };
  }
}
