// Requests that provider states need to have come before: really sent, to the customer's own API, and with what they leave forgotten again.
import { ProviderStateRefused } from '../control/provider-state-change.ts';
import { resultsBucketOf } from '../local-principals.ts';
import type { Deployment } from '../template/deployment.ts';
import { abortAfter } from './abort-after.ts';
import type { TokenIssuer } from './issue-token.ts';
import { type KeptAnswer, readKeptAnswer } from './kept-answer.ts';
import type { LocalObjects } from './local-objects.ts';
import { reasonOf } from './reason-of.ts';
import { notAnswered, type RepeatedRequest, sendRequest } from './repeated-request.ts';
import type { Setup, StateValues } from './state-setter.ts';

export interface RequestSenderParts {
  readonly deployment: Deployment;
  readonly tokens: TokenIssuer;
  /** Of its tokens. */
  readonly subject: string | undefined;
  /** With its stage; null where the templates have no API. */
  readonly apiUrl: string | null;
  /** The customer's. */
  readonly openObjects: () => Promise<LocalObjects>;
}

export interface RequestSender {
  /** @throws ProviderStateRefused STATE_NOT_SET where there is no API; rejects where there is no answer */
  send(request: RepeatedRequest, signal: AbortSignal): Promise<{ readonly status: number; readonly text: string }>;
  /** What the request leaves under its key is removed with the state. Null where nobody knows where that is. @throws ProviderStateRefused */
  watchAnswer(request: Pick<RepeatedRequest, 'idempotencyKey'>, setup: Setup): Promise<KeptAnswer | null>;
  /** Both, for a request with records that is to be answered 200; a token for the next. @throws ProviderStateRefused STATE_NOT_SET */
  answered(request: RepeatedRequest, setup: Setup): Promise<StateValues>;
}

/** For a request on its way when Airlock closes: once it has been answered, what it left can be removed. */
const closingGraceMs = 2_000;

export function createRequestSender({ deployment, tokens, subject, apiUrl, openObjects }: RequestSenderParts): RequestSender {
  const send: RequestSender['send'] = async (request, signal) => {
    if (apiUrl === null) throw new ProviderStateRefused('STATE_NOT_SET', 'The templates have no API.');
    using late = abortAfter(signal, closingGraceMs);
    return await sendRequest(apiUrl, request, { token: await tokens.issue(), signal: late.signal });
  };
  const watchAnswer: RequestSender['watchAnswer'] = async ({ idempotencyKey }, { undo }) => {
    const bucket = resultsBucketOf(deployment)?.bucketName;
    if (bucket === undefined || subject === undefined) return null;
    try {
      const kept = await readKeptAnswer({ objects: await openObjects(), bucket, subject }, idempotencyKey);
      undo.defer(() => kept.putBack());
      return kept;
    } catch (error) {
      const message = `What is kept under the Idempotency-Key could not be read: ${reasonOf(error)}.`;
      throw new ProviderStateRefused('STATE_NOT_SET', message, { cause: error });
    }
  };
  return {
    send,
    watchAnswer,
    async answered(request, setup) {
      await watchAnswer(request, setup);
      const answer = await send(request, setup.signal);
      if (answer.status !== 200) throw notAnswered(answer);
      return { token: await tokens.issue() };
    },
  };
}
