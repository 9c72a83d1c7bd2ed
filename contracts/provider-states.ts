// The provider states that the pacts in contracts/pacts/ name. Airlock's control server sets them (POST /provider-states); whoever
// verifies an implementation of their own sets them there. README.md of this folder explains the values.

/**
 * What each state means, and the values that its setup returns for the pact's generators:
 * - `functionArn`: ARN of the token function with the subscriber's alias, percent-encoded as it stands in the path of an Invoke
 * - `token`: compact token, without "Bearer "
 * - `inputLocation`: s3:// and where an object is, or would be, that the API may read
 * - `requestId`: of a request with an inputLocation, as the API named it
 * - `signAs`: not in a pact; whose credentials sign the call, where the default is not meant (`stranger`, `nobody`, `partner-admin`)
 */
export const providerStates = {
  'a subscription is active': 'The subscriber has an active subscription to the product airlock-identity. Values: functionArn.',
  'there is no subscription': 'The partner has no record of this subscriber. Values: functionArn.',
  'the subscription has ended': 'The record says that the subscription has ended. Values: functionArn.',
  "the subscription's time is over":
    'The record says that the subscription is active, and that its time ended in the past (endsAt). Values: functionArn.',
  'the subscription does not cover the product': 'The subscription is active, for another product. Values: functionArn.',
  "the subscriber's alias has been deleted": "The alias is gone, the subscriber's permission is still there. Values: functionArn.",
  "the subscriber's permission has been withdrawn":
    'The alias is there, its policy does not name the subscriber any more. Values: functionArn.',
  "the call does not come through a subscriber's alias":
    'The function is invoked in a way that proves no subscriber. Values: functionArn, signAs.',
  'the partner function fails': 'The records cannot be read (they are damaged), so that the function throws. Values: functionArn.',
  'the partner answers with something that is no token': 'The function returns a value outside the contract. Values: functionArn.',
  'the partner does not recognise the caller':
    'The function is reached through the alias and answers CALLER_NOT_RECOGNISED all the same. Values: functionArn.',
  'the caller may not call the API': 'The application signs with credentials that have no permission. Values: signAs.',
  'the call is not signed': 'The application sends no signature. Values: signAs.',
  'the application holds a valid token': 'A token of the partner for this account and product, valid now. Values: token.',
  'the token has expired': 'As above, but its time is over. Values: token.',
  'the token has expired since it was accepted':
    "A token that was accepted and has expired since, while the authorizer's answer for it is still kept. Values: token.",
  'the token was issued to another account': 'Genuine and valid, for another customer. Values: token.',
  'the token is for another product': 'Genuine and valid, for another audience. Values: token.',
  'the token was signed with an unknown key': 'No pinned key fits its signature. Values: token.',
  'the same request has been answered before':
    'Parameters idempotencyKey, contentType and body: this request was sent and answered 200; no container is in service since. Values: token.',
  'the Idempotency-Key was used with another request': 'Parameter idempotencyKey: another body was answered under it. Values: token.',
  'the same request is being worked on':
    'Parameters idempotencyKey, contentType and body: this request was sent, and the model has not answered yet. Values: token.',
  'the model does not accept the records': 'The container answers 400. Values: token.',
  'the model finds the request too large': 'The container answers 413. Values: token.',
  'the model is too busy': 'The container answers 429. Values: token.',
  'the model fails': 'The container answers 500. Values: token.',
  'the model ends in the middle of a request': 'The connection breaks before the answer. Values: token.',
  'the model is not running': 'No container is in service. Values: token.',
  'results cannot be stored': 'S3 refuses to write. Values: token.',
  'records lie at the input location': 'An object in JSON Lines that nobody has named yet. Values: token, inputLocation.',
  'nothing lies at the input location': 'There is no object, and where it would be inputs may lie. Values: token, inputLocation.',
  'the object at the input location is empty': 'It has no bytes. Values: token, inputLocation.',
  'the object at the input location is of another type':
    'Its Content-Type is neither that of JSON Lines nor that of CSV. Values: token, inputLocation.',
  'the same input location has been accepted before':
    'Parameter idempotencyKey: this location was accepted under it (202). Values: token, inputLocation.',
  'the Idempotency-Key was used with records':
    'Parameter idempotencyKey: records were answered under it; others lie at the location. Values: token, inputLocation.',
  'the Idempotency-Key was used with another input location':
    'Parameter idempotencyKey: another location was accepted under it (202). Values: token, inputLocation.',
  'the worker cannot be invoked': 'Records lie at the location, and nobody can be told to work on them. Values: token, inputLocation.',
  'states of requests cannot be stored': 'Records lie at the location, and S3 refuses to write. Values: token, inputLocation.',
  'a submitted request waits for the worker': 'A location was accepted, and no worker has begun with it. Values: token, requestId.',
  'a submitted request is being worked on': 'A worker has begun, and the model has not answered yet. Values: token, requestId.',
  'a submitted request has succeeded': 'The records at the location were answered, and the result is stored. Values: token, requestId.',
  'a submitted request has failed': 'The object at the location is not what its type says. Values: token, requestId.',
  'there is no such request': 'The id has the form of one, and was never given to anybody. Values: token, requestId.',
} as const;

export type ProviderStateName = keyof typeof providerStates;

/** Body of a state change, as Pact's verifiers send it. The answer is a JSON object of values. */
export interface StateChange {
  readonly state: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly action: 'setup' | 'teardown';
}
