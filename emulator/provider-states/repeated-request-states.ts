// Requests under an Idempotency-Key that came before: each is really sent, by the customer's own API.
import { ProviderStateRefused } from '../control/provider-state-change.ts';
import { createHold, type Faults } from '../faults.ts';
import type { Deployment } from '../template/deployment.ts';
import type { TokenIssuer } from './issue-token.ts';
import { requireModel } from './model-states.ts';
import { anotherRequest, notAnswered, type RepeatedRequest, readRepeatedRequest } from './repeated-request.ts';
import { requestFunctionOf } from './request-function.ts';
import type { RequestSender } from './request-sender.ts';
import { setFault } from './set-fault.ts';
import type { Setup, StateSetters } from './state-setter.ts';

export interface RepeatedRequestParts {
  readonly deployment: Deployment;
  readonly faults: Faults;
  readonly tokens: TokenIssuer;
  readonly sender: RequestSender;
}

/**
 * So that the repetition is answered "in progress" soon, and not when the whole time of the function is over. The shipped function looks
 * after 0, 20, 60, 140, 300, 620 and 1,020 ms and then every 400, in two thirds of this: its last look has a few hundred milliseconds left.
 */
const shortTimeLimitSeconds = 2.1;
const reachTimeoutMs = 15_000;

export function repeatedRequestStates({ deployment, faults, tokens, sender }: RepeatedRequestParts) {
  const { send, watchAnswer, answered } = sender;

  /** True: the model has it, and holds it. False: it was answered from memory. */
  const leaveUnanswered = async (request: RepeatedRequest, setup: Setup): Promise<boolean> => {
    const hold = createHold();
    const sent = Promise.withResolvers<{ status: number; text: string }>();
    // Whatever becomes of it is told below; when everything is put back it only has to have ended.
    sent.promise.catch(() => undefined);
    setup.undo.defer(async () => {
      hold.release();
      await Promise.allSettled([sent.promise]);
    });
    setFault(faults, setup, 'model', { kind: 'held', hold });
    send(request, setup.signal).then(sent.resolve, sent.reject);
    const first = await inTime(Promise.race([hold.reached.then(() => null), sent.promise]));
    if (first === null) return true;
    if (first.status !== 200) throw notAnswered(first);
    return false;
  };

  return {
    'the same request has been answered before': async (setup) => {
      requireModel(deployment);
      const values = await answered(readRepeatedRequest(setup.params, true), setup);
      // A repetition that asks the model again would get the same answer: without a model it gets none.
      setFault(faults, setup, 'model', { kind: 'notRunning' });
      return values;
    },
    'the Idempotency-Key was used with another request': (setup) =>
      answered(anotherRequest(readRepeatedRequest(setup.params, false)), setup),
    'the same request is being worked on': async (setup) => {
      const request = readRepeatedRequest(setup.params, true);
      requireModel(deployment);
      const functionArn = requestFunctionOf(deployment).arn;
      // Somebody may have had an answer under this key: then it is forgotten while the state is set, and the request reaches the model.
      const kept = await watchAnswer(request, setup);
      await kept?.forget();
      if (!(await leaveUnanswered(request, setup))) {
        const reason = 'Another request under this Idempotency-Key has been answered, and the model is not asked again.';
        throw new ProviderStateRefused('STATE_NOT_SET', `${reason} Use a key of its own for this state.`);
      }
      setFault(faults, setup, 'timeLimit', { functionArn, timeoutSeconds: shortTimeLimitSeconds });
      return { token: await tokens.issue() };
    },
  } satisfies Partial<StateSetters>;
}

/** @throws ProviderStateRefused STATE_NOT_SET */
async function inTime<Value>(waiting: Promise<Value>): Promise<Value> {
  const late = Promise.withResolvers<never>();
  const refusal = new ProviderStateRefused('STATE_NOT_SET', 'The request of this state did not reach the model in time.');
  const timer = setTimeout(() => late.reject(refusal), reachTimeoutMs);
  try {
    return await Promise.race([waiting, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
