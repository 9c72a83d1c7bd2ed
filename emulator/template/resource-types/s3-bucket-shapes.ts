// Properties of a bucket that are accepted and not emulated, as CloudFormation documents them: a mistake in one fails on AWS only.
import { any, flag, integer, listOf, object, oneOf, tags, text, texts, wholeNumber } from '../shape.ts';

const days = wholeNumber(0, Number.POSITIVE_INFINITY);
const transition = object({ StorageClass: text }, { TransitionDate: text, TransitionInDays: days });
const noncurrentTransition = object({ StorageClass: text, TransitionInDays: days }, { NewerNoncurrentVersions: integer });

const lifecycleRule = object(
  { Status: oneOf('Enabled', 'Disabled') },
  {
    AbortIncompleteMultipartUpload: object({ DaysAfterInitiation: days }),
    ...{ ExpirationDate: text, ExpirationInDays: days, ExpiredObjectDeleteMarker: flag, Id: text },
    NoncurrentVersionExpiration: object({ NoncurrentDays: days }, { NewerNoncurrentVersions: integer }),
    ...{ NoncurrentVersionExpirationInDays: days, NoncurrentVersionTransition: noncurrentTransition },
    NoncurrentVersionTransitions: listOf(noncurrentTransition),
    ...{ ObjectSizeGreaterThan: text, ObjectSizeLessThan: text, Prefix: text, TagFilters: tags },
    ...{ Transition: transition, Transitions: listOf(transition) },
  },
);
export const lifecycle = object({ Rules: listOf(lifecycleRule) }, { TransitionDefaultMinimumObjectSize: text });

export const cors = object({
  CorsRules: listOf(
    object(
      { AllowedMethods: listOf(oneOf('GET', 'PUT', 'HEAD', 'POST', 'DELETE')), AllowedOrigins: texts },
      { AllowedHeaders: texts, ExposedHeaders: texts, Id: text, MaxAge: integer },
    ),
  ),
});

const filter = object({ S3Key: object({ Rules: listOf(object({ Name: text, Value: text })) }) });
const notificationTo = (target: string) => listOf(object({ Event: text, [target]: text }, { Filter: filter }));
export const notification = object(
  {},
  {
    EventBridgeConfiguration: object({}, { EventBridgeEnabled: flag }),
    LambdaConfigurations: notificationTo('Function'),
    QueueConfigurations: notificationTo('Queue'),
    TopicConfigurations: notificationTo('Topic'),
  },
);

/** Canned ACLs. */
export const accessControl = oneOf(
  ...['AuthenticatedRead', 'AwsExecRead', 'BucketOwnerFullControl', 'BucketOwnerRead', 'LogDeliveryWrite', 'Private', 'PublicRead'],
  'PublicReadWrite',
);
export const accelerate = object({ AccelerationStatus: oneOf('Enabled', 'Suspended') });
export const logging = object({}, { DestinationBucketName: text, LogFilePrefix: text, TargetObjectKeyFormat: any });
export const objectLock = object(
  {},
  {
    ObjectLockEnabled: text,
    Rule: object({}, { DefaultRetention: object({}, { Days: days, Mode: oneOf('COMPLIANCE', 'GOVERNANCE'), Years: days }) }),
  },
);
export const website = object({}, { ErrorDocument: text, IndexDocument: text, RedirectAllRequestsTo: any, RoutingRules: listOf(any) });
