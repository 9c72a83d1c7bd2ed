// Requests with an inputLocation: objects that lie there, and requests that were really accepted by the customer's own API.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ProviderStateRefused } from '../control/provider-state-change.ts';
import { createHold, type Faults } from '../faults.ts';
import { resultsBucketOf } from '../local-principals.ts';
import type { Deployment } from '../template/deployment.ts';
import { type InputObjectParts, putInput } from './input-object.ts';
import type { TokenIssuer } from './issue-token.ts';
import type { LocalObjects, StoredObject } from './local-objects.ts';
import { requireModel } from './model-states.ts';
import { notAnswered, readRepeatedRequest } from './repeated-request.ts';
import { workerFunctionOf } from './request-function.ts';
import type { RequestSender } from './request-sender.ts';
import { lookAtRequest } from './request-state.ts';
import { setFault } from './set-fault.ts';
import type { Setup, StateSetter, StateSetters } from './state-setter.ts';

export interface LargeRequestParts {
  readonly deployment: Deployment;
  readonly faults: Faults;
  readonly tokens: TokenIssuer;
  readonly sender: RequestSender;
  /** With its stage; null where the templates have no API. */
  readonly apiUrl: string | null;
  /** The customer's. */
  readonly openObjects: () => Promise<LocalObjects>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const workTimeoutMs = 15_000;
const pauseMs = 25;

const twoRecords = jsonLines('{"id":"c-0001","email":"lena.sample0001@example.com"}\n{"id":"c-0002"}\n');
const brokenRecords = jsonLines('{"id":"c-0001"}\n{"id":"c-0002"\n');
const nothing = jsonLines('');
const picture: StoredObject = { body: Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1'), contentType: 'image/png' };

export function largeRequestStates({ deployment, faults, tokens, sender, apiUrl, openObjects, now }: LargeRequestParts) {
  const stateOf = async (requestId: string) => lookAtRequest(apiUrl, requestId, await tokens.issue());
  const inputs: InputObjectParts = { deployment, openObjects, stateOf, now };
  const withToken = async <Values>(values: Values) => ({ ...values, token: await tokens.issue() });

  const lies =
    (object: StoredObject | null, name?: string): StateSetter =>
    async (setup) => {
      requireModel(deployment);
      return withToken(await putInput(inputs, setup, { object, ...(name !== undefined && { name }) }));
    };

  /** Its id; accepted by the API under the key. */
  const submit = async (setup: Setup, idempotencyKey: string, inputLocation: string): Promise<string> => {
    const request = { idempotencyKey, contentType: 'application/json', body: JSON.stringify({ inputLocation }) };
    const answer = await sender.send(request, setup.signal);
    if (answer.status !== 202) throw notAnswered(answer, 202);
    const { requestId } = JSON.parse(answer.text) as { requestId?: unknown };
    if (typeof requestId === 'string') return requestId;
    throw new ProviderStateRefused('STATE_NOT_SET', 'The API accepted the request of this state and gave it no id.');
  };

  /** A request that has come to `state`; `before` sets what keeps it there. */
  const submitted =
    (state: string, object: StoredObject, before?: (setup: Setup) => void): StateSetter =>
    async (setup) => {
      requireModel(deployment);
      const { inputLocation } = await putInput(inputs, setup, { object, willEnd: state !== 'QUEUED' });
      before?.(setup);
      const requestId = await submit(setup, randomUUID(), inputLocation);
      await until(state, () => stateOf(requestId), setup.signal);
      return withToken({ requestId });
    };

  /** Of a pinned key: what somebody else has under it is forgotten while the state is set. */
  const forgetKey = async (setup: Setup): Promise<string> => {
    const { idempotencyKey } = readRepeatedRequest(setup.params, false);
    const kept = await sender.watchAnswer({ idempotencyKey }, setup);
    await kept?.forget();
    return idempotencyKey;
  };

  return {
    'records lie at the input location': lies(twoRecords),
    'nothing lies at the input location': lies(null),
    'the object at the input location is empty': lies(nothing),
    'the object at the input location is of another type': lies(picture, 'picture.png'),
    'the same input location has been accepted before': async (setup) => {
      requireModel(deployment);
      const idempotencyKey = await forgetKey(setup);
      const values = await putInput(inputs, setup, { object: twoRecords });
      await submit(setup, idempotencyKey, values.inputLocation);
      return withToken(values);
    },
    'the Idempotency-Key was used with records': async (setup) => {
      requireModel(deployment);
      const request = readRepeatedRequest(setup.params, false);
      await sender.answered(request, setup);
      return withToken(await putInput(inputs, setup, { object: twoRecords }));
    },
    'the Idempotency-Key was used with another input location': async (setup) => {
      requireModel(deployment);
      const idempotencyKey = await forgetKey(setup);
      const other = await putInput(inputs, setup, { object: twoRecords });
      await submit(setup, idempotencyKey, other.inputLocation);
      return withToken(await putInput(inputs, setup, { object: twoRecords }));
    },
    'the worker cannot be invoked': async (setup) => {
      const worker = workerFunctionOf(deployment);
      const values = await putInput(inputs, setup, { object: twoRecords, willEnd: false });
      setFault(faults, setup, 'deletedAlias', worker.arn);
      return withToken(values);
    },
    'states of requests cannot be stored': async (setup) => {
      const values = await putInput(inputs, setup, { object: twoRecords });
      setFault(faults, setup, 'unwritableBucket', resultsBucketOf(deployment)?.bucketName ?? '');
      return withToken(values);
    },
    // The event is delivered, and whoever gets it does nothing.
    'a submitted request waits for the worker': submitted('QUEUED', twoRecords, (setup) => {
      setFault(faults, setup, 'functionAnswer', { functionArn: workerFunctionOf(deployment).arn, kind: 'returns', payload: 'null' });
    }),
    'a submitted request is being worked on': submitted('RUNNING', twoRecords, (setup) => {
      const hold = createHold();
      setup.undo.defer(() => hold.release());
      setFault(faults, setup, 'model', { kind: 'held', hold });
    }),
    'a submitted request has succeeded': submitted('SUCCEEDED', twoRecords),
    'a submitted request has failed': submitted('FAILED', brokenRecords),
    'there is no such request': () => withToken({ requestId: randomUUID() }),
  } satisfies Partial<StateSetters>;
}

function jsonLines(text: string): StoredObject {
  return { body: Buffer.from(text), contentType: 'application/jsonlines' };
}

/** @throws ProviderStateRefused STATE_NOT_SET where it comes to another end, or to none in time */
async function until(wanted: string, stateOf: () => Promise<string | null>, signal: AbortSignal): Promise<void> {
  const endsAt = performance.now() + workTimeoutMs;
  let state = await stateOf();
  while (state !== wanted && state !== 'SUCCEEDED' && state !== 'FAILED' && performance.now() < endsAt) {
    await delay(pauseMs, undefined, { signal });
    state = await stateOf();
  }
  if (state !== wanted)
    throw new ProviderStateRefused('STATE_NOT_SET', `The request of this state is ${state ?? 'not found'}, not ${wanted}.`);
}
