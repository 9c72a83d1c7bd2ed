// What the partner knows of the subscriber: a record, an alias, a permission; and a function that fails.
import type { Faults } from '../faults.ts';
import type { Deployment } from '../template/deployment.ts';
import { functionArnValue, partnerFunctionOf } from './partner-function.ts';
import { setFault } from './set-fault.ts';
import type { Setup, StateSetter, StateSetters } from './state-setter.ts';
import type { SubscriptionRecord } from './subscription-record.ts';

export interface SubscriptionStateParts {
  readonly deployment: Deployment;
  readonly faults: Faults;
  readonly record: SubscriptionRecord;
  /** The product that the pacts ask for. */
  readonly productCode: string;
}

export function subscriptionStates({ deployment, faults, record, productCode }: SubscriptionStateParts) {
  const partner = () => partnerFunctionOf(deployment);
  const recordSays =
    (members: Parameters<SubscriptionRecord['change']>[1]): StateSetter =>
    async ({ undo }) => {
      const { alias, aliasArn } = partner();
      undo.defer(() => record.putBack());
      await record.change(alias, members);
      return functionArnValue(aliasArn);
    };
  const functionAnswers = (setup: Setup, answer: { kind: 'throws' } | { kind: 'returns'; payload: string }) => {
    const { arn, aliasArn } = partner();
    setFault(faults, setup, 'functionAnswer', { functionArn: arn, ...answer });
    return functionArnValue(aliasArn);
  };
  const atAlias = (setup: Setup, name: 'deletedAlias' | 'withdrawnPermission') => {
    const { aliasArn } = partner();
    setFault(faults, setup, name, aliasArn);
    return functionArnValue(aliasArn);
  };
  // Members that a record may lack are made absent, as they are in JSON where a value is undefined.
  const active = { status: 'active', productCodes: [productCode], endsAt: undefined };
  return {
    'a subscription is active': recordSays(active),
    'there is no subscription': recordSays(null),
    'the subscription has ended': recordSays({ ...active, status: 'ended' }),
    "the subscription's time is over": recordSays({ ...active, endsAt: '2001-01-01T00:00:00.000Z' }),
    'the subscription does not cover the product': recordSays({ ...active, productCodes: [`${productCode}-other`] }),
    "the subscriber's alias has been deleted": (setup) => atAlias(setup, 'deletedAlias'),
    "the subscriber's permission has been withdrawn": (setup) => atAlias(setup, 'withdrawnPermission'),
    // Of the same account, so that the caller's own policy is enough and the function is reached without an alias.
    "the call does not come through a subscriber's alias": () => ({ ...functionArnValue(partner().arn), signAs: 'partner-admin' }),
    // The function itself has to fail, so that one that hands out tokens in spite of its damaged records is found. Where nobody here knows
    // its records, Lambda says what it says of a function that threw.
    'the partner function fails': (setup) =>
      record.isKnown(partner().alias) ? recordSays('damaged')(setup) : functionAnswers(setup, { kind: 'throws' }),
    'the partner answers with something that is no token': (setup) =>
      functionAnswers(setup, { kind: 'returns', payload: '{"hello":"world"}' }),
    'the partner does not recognise the caller': (setup) =>
      functionAnswers(setup, { kind: 'returns', payload: '{"ok":false,"reason":"CALLER_NOT_RECOGNISED"}' }),
  } satisfies Partial<StateSetters>;
}
