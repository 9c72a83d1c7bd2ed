// AWS::S3::Bucket and AWS::S3::BucketPolicy.
import type { LocalObject } from '../deployment.ts';
import { flagAt, itemsAt, mapAt, textAt, textOf, valueAt } from '../node-access.ts';
import { generatedName } from '../physical-ids.ts';
import { readPolicyDocument } from '../policy-document-node.ts';
import { any, flag, json, listOf, object, oneOf, quote, tags, text } from '../shape.ts';
import { regionalArn, type StackContext, seedOf } from '../stack-context.ts';
import { plainOf, type TemplateNode } from '../template-node.ts';
import type { CreatedResource, ResolvedResource, ResourceType } from './resource-type.ts';
import { accelerate, accessControl, cors, lifecycle, logging, notification, objectLock, website } from './s3-bucket-shapes.ts';

const encryption = object({
  ServerSideEncryptionConfiguration: listOf(
    object(
      {},
      {
        BlockedEncryptionTypes: any,
        BucketKeyEnabled: flag,
        ServerSideEncryptionByDefault: object({ SSEAlgorithm: oneOf('AES256', 'aws:kms', 'aws:kms:dsse') }, { KMSMasterKeyID: text }),
      },
    ),
  ),
});
const publicAccess = object({}, { BlockPublicAcls: flag, BlockPublicPolicy: flag, IgnorePublicAcls: flag, RestrictPublicBuckets: flag });

/** Metadata.Airlock of a bucket. */
const localObjectsShape = object({}, { LocalObjects: listOf(object({ Key: text, Body: any }, { ContentType: text })) });

export const s3Bucket: ResourceType = {
  type: 'AWS::S3::Bucket',
  shape: object(
    {},
    {
      ...{ AbacStatus: text, AccelerateConfiguration: accelerate, AccessControl: accessControl, AnalyticsConfigurations: any },
      ...{ BucketEncryption: encryption, BucketName: text, BucketNamePrefix: text, BucketNamespace: text, CorsConfiguration: cors },
      ...{
        IntelligentTieringConfigurations: any,
        InventoryConfigurations: any,
        LifecycleConfiguration: lifecycle,
        LoggingConfiguration: logging,
      },
      ...{
        MetadataConfiguration: any,
        MetadataTableConfiguration: any,
        MetricsConfigurations: any,
        NotificationConfiguration: notification,
      },
      ...{ ObjectLockConfiguration: objectLock, ObjectLockEnabled: flag, PublicAccessBlockConfiguration: publicAccess },
      OwnershipControls: object({
        Rules: listOf(object({}, { ObjectOwnership: oneOf('BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter') })),
      }),
      ...{ ReplicationConfiguration: any, Tags: tags, WebsiteConfiguration: website },
      VersioningConfiguration: object({ Status: oneOf('Enabled', 'Suspended') }, { MfaDelete: text }),
    },
  ),
  attributeNames: ['Arn', 'DomainName', 'DualStackDomainName', 'RegionalDomainName', 'WebsiteURL'],
  withoutEffect: {
    AbacStatus: 'tags do not decide',
    AccelerateConfiguration: 'there is one address',
    AccessControl: 'there are no access-control lists',
    AnalyticsConfigurations: 'nothing is analysed',
    CorsConfiguration: 'no CORS answers',
    IntelligentTieringConfigurations: 'there is one storage class',
    InventoryConfigurations: 'no inventory is written',
    LifecycleConfiguration: 'objects do not expire',
    LoggingConfiguration: 'no access log',
    MetadataConfiguration: 'no metadata tables',
    MetadataTableConfiguration: 'no metadata tables',
    MetricsConfigurations: 'no metrics',
    NotificationConfiguration: 'no events are sent',
    ObjectLockConfiguration: 'objects are not locked',
    'ObjectLockEnabled=true': 'objects are not locked',
    'OwnershipControls.Rules.ObjectOwnership=BucketOwnerPreferred': 'there are no access-control lists',
    'OwnershipControls.Rules.ObjectOwnership=ObjectWriter': 'there are no access-control lists',
    PublicAccessBlockConfiguration: 'a public policy is not blocked',
    ReplicationConfiguration: 'nothing is replicated',
    'VersioningConfiguration.Status=Enabled': 'an object has its last version only',
    WebsiteConfiguration: 'no website',
  },
  localMetadata: localObjectsShape,
  create: createBucket,
};

function createBucket(resource: ResolvedResource): CreatedResource {
  const { base, properties, problems, stack } = resource;
  const given = valueAt(properties, 'BucketName');
  const bucketName = textOf(given) ?? generatedName(seedOf(stack, base.logicalId), 63).toLowerCase();
  if (given !== null && !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucketName)) {
    problems.report(given.at, `${quote(bucketName)} is no bucket name`, '3 to 63 lower-case letters, digits, dots and hyphens.');
  }
  const arn = `arn:${stack.partition}:s3:::${bucketName}`;
  const { region, urlSuffix } = stack;
  const attributes = {
    Arn: arn,
    DomainName: `${bucketName}.s3.${urlSuffix}`,
    DualStackDomainName: `${bucketName}.s3.dualstack.${region}.${urlSuffix}`,
    RegionalDomainName: `${bucketName}.s3.${region}.${urlSuffix}`,
    WebsiteURL: `http://${bucketName}.s3-website-${region}.${urlSuffix}`,
  };
  const value = {
    ...{ ...base, bucketName, arn },
    encryptionKeyArn: readEncryptionKey(resource),
    bucketKeyEnabled: flagAt(encryptionRule(resource), 'BucketKeyEnabled') ?? false,
    versioning: textAt(mapAt(properties, 'VersioningConfiguration'), 'Status') === 'Enabled',
    localObjects: readLocalObjects(resource),
  };
  return { ref: bucketName, attributes, parts: [{ kind: 'bucket', value }] };
}

function encryptionRule({ properties }: ResolvedResource) {
  return itemsAt(mapAt(properties, 'BucketEncryption'), 'ServerSideEncryptionConfiguration')[0];
}

function readEncryptionKey(resource: ResolvedResource): string | null {
  const rule = mapAt(encryptionRule(resource), 'ServerSideEncryptionByDefault');
  if (!(textAt(rule, 'SSEAlgorithm') ?? '').startsWith('aws:kms')) return null;
  return keyArnOf(textAt(rule, 'KMSMasterKeyID') ?? 'alias/aws/s3', resource.stack);
}

/** A key may be named by id, ARN, alias or alias ARN; aliases become keys in join-parts.ts. */
function keyArnOf(key: string, stack: StackContext): string {
  if (key.startsWith('arn:')) return key;
  return regionalArn(stack, 'kms', key.startsWith('alias/') ? key : `key/${key}`);
}

function readLocalObjects({ metadata }: ResolvedResource): readonly LocalObject[] {
  const airlock = mapAt(metadata, 'Airlock');
  if (airlock === null) return [];
  return itemsAt(airlock, 'LocalObjects').flatMap((item) => {
    const key = textAt(item, 'Key');
    const body = valueAt(item, 'Body');
    return key === null || body === null ? [] : [{ key, ...contentOf(body, textAt(item, 'ContentType')) }];
  });
}

function contentOf(body: TemplateNode, contentType: string | null): Omit<LocalObject, 'key'> {
  if (body.kind === 'scalar' && typeof body.value === 'string') {
    // S3's own default where the writer names no type.
    return { body: body.value, contentType: contentType ?? 'binary/octet-stream' };
  }
  return { body: JSON.stringify(plainOf(body)), contentType: contentType ?? 'application/json' };
}

export const s3BucketPolicy: ResourceType = {
  type: 'AWS::S3::BucketPolicy',
  shape: object({ Bucket: text, PolicyDocument: json }),
  attributeNames: [],
  create({ base, properties, problems }) {
    const bucketName = textAt(properties, 'Bucket') ?? '';
    const document = readPolicyDocument(valueAt(properties, 'PolicyDocument'), 'resource', problems);
    const parts = document === null ? [] : [{ kind: 'bucketPolicy', value: { ...base, bucketName, document } } as const];
    return { ref: bucketName, attributes: {}, parts };
  },
};
