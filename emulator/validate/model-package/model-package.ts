// A CreateModelPackage request as data: what checks look at, whichever file it was in.
import { flagAt, itemsAt, mapAt, numberAt, textAt, textMapAt, textOf, textsAt, valueAt } from '../../template/node-access.ts';
import type { TemplateNode } from '../../template/template-node.ts';

/** Null: the file does not say it. */
export interface ModelPackage {
  readonly name: string | null;
  readonly certifyForMarketplace: boolean | null;
  readonly containers: readonly PackageContainer[];
  readonly contentTypes: readonly string[];
  readonly responseMimeTypes: readonly string[];
  readonly transformInstanceTypes: readonly string[];
  readonly realtimeInstanceTypes: readonly string[];
  readonly validationRole: string | null;
  readonly profiles: readonly ValidationProfile[];
}

export interface PackageContainer {
  readonly image: string | null;
  readonly imageDigest: string | null;
  readonly modelDataUrl: string | null;
  readonly environment: Readonly<Record<string, string>>;
  readonly productId: string | null;
}

export interface ValidationProfile {
  readonly name: string | null;
  readonly job: TransformJobDefinition;
}

/** In AWS's own words and values. */
export interface TransformJobDefinition {
  readonly maxConcurrentTransforms: number | null;
  readonly maxPayloadInMB: number | null;
  readonly batchStrategy: string | null;
  readonly environment: Readonly<Record<string, string>>;
  readonly inputUri: string | null;
  readonly contentType: string | null;
  readonly compressionType: string | null;
  readonly splitType: string | null;
  readonly accept: string | null;
  readonly assembleWith: string | null;
  readonly instanceType: string | null;
}

/** Takes what is there in the right form; what is not has been reported before. */
export function toModelPackage(node: TemplateNode): ModelPackage {
  const inference = mapAt(node, 'InferenceSpecification');
  const validation = mapAt(node, 'ValidationSpecification');
  return {
    name: textAt(node, 'ModelPackageName'),
    certifyForMarketplace: flagAt(node, 'CertifyForMarketplace'),
    containers: itemsAt(inference, 'Containers').map(toContainer),
    contentTypes: textsAt(inference, 'SupportedContentTypes'),
    responseMimeTypes: textsAt(inference, 'SupportedResponseMIMETypes'),
    transformInstanceTypes: textsAt(inference, 'SupportedTransformInstanceTypes'),
    realtimeInstanceTypes: textsAt(inference, 'SupportedRealtimeInferenceInstanceTypes'),
    validationRole: textAt(validation, 'ValidationRole'),
    profiles: itemsAt(validation, 'ValidationProfiles').map((profile) => ({
      name: textAt(profile, 'ProfileName'),
      job: toJob(valueAt(profile, 'TransformJobDefinition')),
    })),
  };
}

function toContainer(node: TemplateNode): PackageContainer {
  return {
    image: textAt(node, 'Image'),
    imageDigest: textAt(node, 'ImageDigest'),
    modelDataUrl: textAt(node, 'ModelDataUrl'),
    environment: textMapAt(node, 'Environment'),
    productId: textAt(node, 'ProductId'),
  };
}

function toJob(node: TemplateNode | null): TransformJobDefinition {
  const input = mapAt(node, 'TransformInput');
  const output = mapAt(node, 'TransformOutput');
  return {
    maxConcurrentTransforms: numberAt(node, 'MaxConcurrentTransforms'),
    maxPayloadInMB: numberAt(node, 'MaxPayloadInMB'),
    batchStrategy: textAt(node, 'BatchStrategy'),
    environment: textMapAt(node, 'Environment'),
    inputUri: textOf(valueAt(mapAt(mapAt(input, 'DataSource'), 'S3DataSource'), 'S3Uri')),
    contentType: textAt(input, 'ContentType'),
    compressionType: textAt(input, 'CompressionType'),
    splitType: textAt(input, 'SplitType'),
    accept: textAt(output, 'Accept'),
    assembleWith: textAt(output, 'AssembleWith'),
    instanceType: textAt(mapAt(node, 'TransformResources'), 'InstanceType'),
  };
}
