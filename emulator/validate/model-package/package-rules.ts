// What AWS Marketplace asks of a model package beyond the forms of its members, and what its members have to say alike.
import { itemsAt, mapAt, numberAt, textAt, textOf, valueAt } from '../../template/node-access.ts';
import type { Problems } from '../../template/problems.ts';
import { quote } from '../../template/shape.ts';
import type { TemplateNode } from '../../template/template-node.ts';
import { judgeReference } from '../checks/image-reference.ts';
import { mediaTypeOf } from '../sample-records.ts';
import { checkInstanceTypes } from './instance-type-rules.ts';

export interface Findings {
  /** AWS refuses it, or validation fails. */
  readonly problems: Problems;
  /** Somebody should look at it. */
  readonly remarks: Problems;
}

/** All variables of a container together. Source: SageMaker API reference, ContainerDefinition, Environment. */
const environmentBytesMax = 32 * 1024;
const environmentValueBytesMax = 1_024;
/** ModelPackageContainerDefinition: its text says 16, its shape 100. */
const environmentEntriesOfText = 16;
/** Source: CreateTransformJob, MaxPayloadInMB. */
const payloadsInMBMax = 100;

export function checkPackageRules(node: TemplateNode, findings: Findings): void {
  checkListing(node, findings);
  const inference = mapAt(node, 'InferenceSpecification');
  for (const container of itemsAt(inference, 'Containers')) checkContainer(container, findings);
  if (inference !== null) checkSupported(inference, findings);
  const role = valueAt(mapAt(node, 'ValidationSpecification'), 'ValidationRole');
  checkAccounts([role, ...itemsAt(inference, 'Containers').map((container) => valueAt(container, 'Image'))], findings);
  checkValidation(node, findings);
}

function checkListing(node: TemplateNode, { problems, remarks }: Findings): void {
  const versioned = valueAt(node, 'ModelPackageGroupName');
  if (versioned !== null)
    problems.report(
      versioned.at,
      'a package with ModelPackageGroupName is versioned and cannot be listed',
      'give it ModelPackageName only',
    );
  else if (valueAt(node, 'ModelPackageName') === null)
    problems.report(node.at, 'the required ModelPackageName is missing', 'a package for Marketplace is not versioned and has a name');
  const certify = valueAt(node, 'CertifyForMarketplace');
  const rule = 'CertifyForMarketplace must be true; it cannot be changed later';
  if (certify === null) problems.report(node.at, `${rule}, but is missing`);
  else if (certify.kind === 'scalar' && certify.text.toLowerCase() !== 'true') problems.report(certify.at, rule);
  if (valueAt(node, 'InferenceSpecification') === null) problems.report(node.at, 'the required InferenceSpecification is missing');
  const source = valueAt(node, 'SourceAlgorithmSpecification');
  if (source !== null)
    remarks.report(source.at, 'a package made from an algorithm of SageMaker or of Marketplace cannot be listed; one from your own can');
  const skip = valueAt(node, 'SkipModelValidation');
  if (textOf(skip) === 'All' && skip !== null) problems.report(skip.at, 'must not be "All": a package is listed only after its validation');
}

function checkContainer(container: TemplateNode, { problems, remarks }: Findings): void {
  const image = valueAt(container, 'Image');
  const reference = textOf(image);
  if (image !== null && reference !== null && /^\S{1,255}$/.test(reference)) {
    const verdict = judgeReference(reference);
    if (verdict.outcome === 'failed') for (const finding of verdict.findings) problems.report(image.at, finding);
    if (verdict.outcome === 'notDecided')
      problems.report(image.at, 'must be in a private ECR repository of the seller', 'ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG');
  }
  const data = valueAt(container, 'ModelDataUrl');
  const url = textOf(data);
  if (data !== null && url !== null && !url.endsWith('.tar.gz'))
    problems.report(data.at, 'must end with .tar.gz: one archive, gzip-compressed');
  for (const name of ['ModelDataSource', 'AdditionalModelDataSources', 'AdditionalS3DataSource']) {
    const source = valueAt(container, name);
    if (source !== null) problems.report(source.at, 'cannot be used for Marketplace or batch transform', 'use ModelDataUrl with a .tar.gz');
  }
  checkEnvironment(valueAt(container, 'Environment'), { problems, remarks });
}

function checkEnvironment(node: TemplateNode | null, { problems, remarks }: Findings): void {
  if (node?.kind !== 'map') return;
  let bytes = 0;
  for (const [name, { keyAt, value }] of node.entries) {
    const valueBytes = Buffer.byteLength(textOf(value) ?? '');
    bytes += Buffer.byteLength(name) + valueBytes;
    // By characters it has been looked at before.
    if (valueBytes > environmentValueBytesMax && (textOf(value) ?? '').length <= environmentValueBytesMax)
      problems.report(value.at, `has ${valueBytes} bytes; at most ${environmentValueBytesMax} are allowed`);
    if (/^(AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN))$/.test(name))
      problems.report(keyAt, 'sets AWS credentials: the container runs without any, and buyers can read this');
  }
  if (bytes > environmentBytesMax) problems.report(node.at, `has ${bytes} bytes together; at most ${environmentBytesMax} are allowed`);
  if (node.entries.size > environmentEntriesOfText)
    remarks.report(node.at, `has ${node.entries.size} entries; AWS's documents name 16 as the most in one place and 100 in another`);
}

function checkSupported(inference: TemplateNode, findings: Findings): void {
  const { problems } = findings;
  const containers = valueAt(inference, 'Containers');
  if (containers?.kind === 'list' && (containers.items.length < 1 || containers.items.length > 15))
    problems.report(containers.at, `has ${containers.items.length} containers; wanted: 1 to 15`);
  for (const name of lists) {
    const list = valueAt(inference, name);
    if (list === null) problems.report(inference.at, `the required ${name} is missing`);
    else if (list.kind === 'list' && list.items.length === 0) problems.report(list.at, 'must not be empty');
  }
  for (const type of itemsAt(inference, 'SupportedContentTypes')) {
    const text = textOf(type);
    if (text !== null && !/^[^/\s]+\/[^/\s]+/.test(text)) problems.report(type.at, `${quote(text)} is no media type as "text/csv"`);
  }
  checkInstanceTypes(inference, findings);
}

const lists = [
  ...['SupportedTransformInstanceTypes', 'SupportedRealtimeInferenceInstanceTypes', 'SupportedContentTypes', 'SupportedResponseMIMETypes'],
];

/** The images and the role are the seller's own: all of one account. */
function checkAccounts(nodes: readonly (TemplateNode | null)[], { problems }: Findings): void {
  const owned = nodes.flatMap((node) => {
    const text = textOf(node);
    const account = text === null ? undefined : /^(?:arn:[^:]*:iam::)?(\d{12})(?::|\.dkr)/.exec(text)?.[1];
    return node === null || account === undefined ? [] : [{ at: node.at, account }];
  });
  const [first] = owned;
  const other = owned.find(({ account }) => account !== first?.account);
  if (first && other)
    problems.report(other.at, `is of account ${other.account}, but ${first.at.path} of ${first.account}`, "both are the seller's");
}

function checkValidation(node: TemplateNode, findings: Findings): void {
  const { problems } = findings;
  const specification = valueAt(node, 'ValidationSpecification');
  if (specification === null) {
    problems.report(node.at, 'the required ValidationSpecification is missing', 'a package is listed only after its validation');
    return;
  }
  const profiles = valueAt(specification, 'ValidationProfiles');
  if (profiles?.kind !== 'list') return;
  if (profiles.items.length !== 1) problems.report(profiles.at, `has ${profiles.items.length} profiles; wanted: one`);
  const inference = mapAt(node, 'InferenceSpecification');
  for (const profile of profiles.items) checkJob(valueAt(profile, 'TransformJobDefinition'), inference, findings);
}

function checkJob(job: TemplateNode | null, inference: TemplateNode | null, { problems, remarks }: Findings): void {
  if (job === null) return;
  const input = valueAt(job, 'TransformInput');
  const contentType = valueAt(input, 'ContentType');
  if (input !== null && contentType === null) remarks.report(input.at, 'has no ContentType: the container gets none with the requests');
  const mustBeIn = (value: TemplateNode | null, list: string, isSame: (one: string, other: string) => boolean) => {
    const text = textOf(value);
    const items = itemsAt(inference, list);
    // Where one of them is not known, neither is whether this is among them.
    if (value === null || text === null || items.length === 0 || items.some((item) => textOf(item) === null)) return;
    if (!items.some((item) => isSame(textOf(item) ?? '', text))) problems.report(value.at, `${quote(text)} is not in ${list}`);
  };
  const isSameType = (one: string, other: string) => mediaTypeOf(one) === mediaTypeOf(other);
  mustBeIn(contentType, 'SupportedContentTypes', isSameType);
  mustBeIn(valueAt(valueAt(job, 'TransformOutput'), 'Accept'), 'SupportedResponseMIMETypes', isSameType);
  mustBeIn(valueAt(valueAt(job, 'TransformResources'), 'InstanceType'), 'SupportedTransformInstanceTypes', (one, other) => one === other);
  const payload = numberAt(job, 'MaxPayloadInMB') ?? 0;
  const product = payload * (numberAt(job, 'MaxConcurrentTransforms') || 1);
  if (payload > payloadsInMBMax) problems.report(job.at, `MaxPayloadInMB is ${payload}; at most ${payloadsInMBMax} is allowed`);
  else if (product > payloadsInMBMax)
    problems.report(job.at, `MaxConcurrentTransforms times MaxPayloadInMB is ${product}; at most ${payloadsInMBMax} MB may be under way`);
  if (textAt(job, 'BatchStrategy') === 'MultiRecord' && (textAt(input, 'SplitType') ?? 'None') === 'None')
    remarks.report(job.at, 'BatchStrategy MultiRecord has no effect without a SplitType');
}
