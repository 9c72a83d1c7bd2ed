// AWS::Lambda::EventInvokeConfig: retries, age and destinations of asynchronous invocations.
import type { NotEmulatedProperty, SourceLocation } from '../deployment.ts';
import { functionArnOf, qualifiedArn } from '../function-arn.ts';
import { mapAt, numberAt, textOf, valueAt } from '../node-access.ts';
import { generatedName } from '../physical-ids.ts';
import { object, quote, text, textLike, wholeNumber } from '../shape.ts';
import { seedOf } from '../stack-context.ts';
import type { ResolvedResource, ResourceType } from './resource-type.ts';

const destination = object({ Destination: textLike(null, 350) });

export const lambdaEventInvokeConfig: ResourceType = {
  type: 'AWS::Lambda::EventInvokeConfig',
  shape: object(
    { FunctionName: text, Qualifier: textLike(/^(\$LATEST|[a-zA-Z0-9-_]{1,129})$/, 129) },
    {
      DestinationConfig: object({}, { OnFailure: destination, OnSuccess: destination }),
      MaximumEventAgeInSeconds: wholeNumber(60, 21_600),
      MaximumRetryAttempts: wholeNumber(0, 2),
    },
  ),
  attributeNames: [],
  create(resource) {
    const { base, properties, problems, stack } = resource;
    const created = { ref: generatedName(seedOf(stack, base.logicalId), 100), attributes: {} };
    const name = valueAt(properties, 'FunctionName');
    const reference = functionArnOf(textOf(name) ?? '', stack);
    const qualifierNode = valueAt(properties, 'Qualifier');
    const qualifier = textOf(qualifierNode);
    if (name === null || qualifierNode === null || qualifier === null) return { ...created, parts: [] };
    if (reference === null || reference.qualifier !== null) {
      const hint = 'Write a function name or ARN, e.g. !Ref Function, and the version or alias as Qualifier.';
      problems.report(name.at, `${quote(textOf(name) ?? '')} names no function`, hint);
      return { ...created, parts: [] };
    }
    const onSuccess = readDestination(resource, 'OnSuccess');
    const onFailure = readDestination(resource, 'OnFailure');
    const value = {
      ...base,
      functionArn: reference.functionArn,
      qualifier,
      maximumRetryAttempts: numberAt(properties, 'MaximumRetryAttempts'),
      maximumEventAgeSeconds: numberAt(properties, 'MaximumEventAgeInSeconds'),
      onSuccess: onSuccess.arn,
      onFailure: onFailure.arn,
      places: { functionName: name.at, qualifier: qualifierNode.at, onSuccess: onSuccess.at, onFailure: onFailure.at },
    };
    const without = [onSuccess, onFailure].flatMap(({ notEmulated }) => (notEmulated === null ? [] : [notEmulated]));
    return {
      ...created,
      parts: [{ kind: 'eventInvokeConfig', value }, ...without.map((each) => ({ kind: 'notEmulatedProperty', value: each }) as const)],
    };
  },
};

interface Destination {
  readonly arn: string | null;
  readonly at: SourceLocation | null;
  readonly notEmulated: NotEmulatedProperty | null;
}

const none: Destination = { arn: null, at: null, notEmulated: null };

function readDestination({ base, properties, problems, stack }: ResolvedResource, event: 'OnSuccess' | 'OnFailure'): Destination {
  const node = valueAt(mapAt(mapAt(properties, 'DestinationConfig'), event), 'Destination');
  const arn = textOf(node);
  if (node === null || arn === null) return none;
  const service = /^arn:aws[a-z-]*:([a-z0-9-]+):/.exec(arn)?.[1];
  switch (service) {
    case 'lambda': {
      const reference = functionArnOf(arn, stack);
      if (reference !== null) return { ...none, arn: qualifiedArn(reference), at: node.at };
      problems.report(node.at, `${quote(arn)} names no function`, 'Write its ARN: !GetAtt Function.Arn.');
      return none;
    }
    case 's3':
      // [from memory] Lambda takes a bucket for failures only.
      if (event === 'OnSuccess')
        problems.report(node.at, 'a bucket can be a destination OnFailure only', 'Name a function, or leave it out.');
      else if (/^arn:aws:s3:::[a-z0-9.-]{3,63}$/.test(arn)) return { ...none, arn, at: node.at };
      else problems.report(node.at, `${quote(arn)} names no bucket`, 'Write its ARN, without a key: !GetAtt Bucket.Arn.');
      return none;
    case 'sqs':
    case 'sns':
    case 'events': {
      const property = `DestinationConfig.${event}.Destination`;
      const effect = `nothing is sent to ${{ sqs: 'an SQS queue', sns: 'an SNS topic', events: 'an event bus' }[service]}`;
      return { ...none, notEmulated: { logicalId: base.logicalId, type: base.type, property, effect, location: node.at } };
    }
    default:
      problems.report(node.at, `${quote(arn)} is no destination`, 'Write the ARN of a function, bucket, queue, topic or event bus.');
      return none;
  }
}
