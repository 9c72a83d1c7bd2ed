// AWS::Lambda::Version, Alias and Permission: what makes one function reachable under other names and by others.
import { type FunctionArn as FunctionReference, functionArnOf as parseFunctionReference, qualifiedArn } from '../function-arn.ts';
import { flagAt, textAt, textOf, valueAt } from '../node-access.ts';
import { valuesOf } from '../parts.ts';
import { generatedName } from '../physical-ids.ts';
import { any, checked, flag, listOf, object, oneOf, quote, text, textLike } from '../shape.ts';
import { seedOf } from '../stack-context.ts';
import { checkPermissionAction, checkPermissionPrincipal } from './permission-values.ts';
import type { CreatedResource, ResolvedResource, ResourceType } from './resource-type.ts';

const provisioned = {
  FunctionScalingConfig: 'environments are started when they are needed',
  RuntimePolicy: 'all functions run on the Node.js of this process',
  ProvisionedConcurrencyConfig: 'environments are started when they are needed',
};

export const lambdaVersion: ResourceType = {
  type: 'AWS::Lambda::Version',
  shape: object(
    { FunctionName: text },
    {
      ...{ CodeSha256: text, Description: textLike(null, 256), FunctionScalingConfig: any, ProvisionedConcurrencyConfig: any },
      RuntimePolicy: any,
    },
  ),
  attributeNames: ['Version', 'FunctionArn'],
  withoutEffect: provisioned,
  create(resource) {
    const reference = functionOf(resource);
    const earlier = valuesOf(resource.parts, 'functionVersion').filter((part) => part.functionArn === reference?.functionArn);
    const version = String(earlier.length + 1);
    const arn = `${reference?.functionArn ?? ''}:${version}`;
    const created = { ref: arn, attributes: { Version: version, FunctionArn: arn } };
    if (reference === null) return { ...created, parts: [] };
    const value = { ...resource.base, functionArn: reference.functionArn, version };
    return { ...created, parts: [{ kind: 'functionVersion', value }] };
  },
};

export const lambdaAlias: ResourceType = {
  type: 'AWS::Lambda::Alias',
  shape: object(
    // Digits only would be a version.
    { FunctionName: text, FunctionVersion: text, Name: textLike(/^(?!^[0-9]+$)([a-zA-Z0-9-_]+)$/, 128) },
    {
      Description: textLike(null, 256),
      ProvisionedConcurrencyConfig: any,
      RoutingConfig: object({}, { AdditionalVersionWeights: listOf(any) }),
    },
  ),
  attributeNames: ['AliasArn'],
  withoutEffect: { ...provisioned, RoutingConfig: 'all calls of an alias go to its FunctionVersion' },
  create(resource) {
    const reference = functionOf(resource);
    const name = textAt(resource.properties, 'Name') ?? '';
    const arn = `${reference?.functionArn ?? ''}:${name}`;
    const created = { ref: arn, attributes: { AliasArn: arn } };
    const version = valueAt(resource.properties, 'FunctionVersion');
    const functionVersion = textOf(version) ?? '';
    const known = valuesOf(resource.parts, 'functionVersion').some((part) => {
      return part.functionArn === reference?.functionArn && part.version === functionVersion;
    });
    if (version !== null && functionVersion !== '' && functionVersion !== '$LATEST' && !known) {
      const hint = 'Use !GetAtt Version.Version of an AWS::Lambda::Version, or $LATEST.';
      resource.problems.report(version.at, `the function has no version ${quote(functionVersion)}`, hint);
    }
    if (reference === null) return { ...created, parts: [] };
    const value = { ...resource.base, functionArn: reference.functionArn, alias: { name, functionVersion } };
    return { ...created, parts: [{ kind: 'functionAlias', value }] };
  },
};

export const lambdaPermission: ResourceType = {
  type: 'AWS::Lambda::Permission',
  shape: object(
    { Action: checked(checkPermissionAction), FunctionName: text, Principal: checked(checkPermissionPrincipal) },
    {
      EventSourceToken: text,
      FunctionUrlAuthType: oneOf('AWS_IAM', 'NONE'),
      InvokedViaFunctionUrl: flag,
      PrincipalOrgID: text,
      SourceAccount: textLike(/^\d{12}$/, 12),
      SourceArn: textLike(/^arn:/, 1024),
    },
  ),
  attributeNames: ['Id'],
  create: createPermission,
};

/** A condition that cannot be checked here must not widen the permission: such a statement grants nothing. */
const uncheckedConditions = ['EventSourceToken', 'FunctionUrlAuthType', 'PrincipalOrgID'];

function createPermission(resource: ResolvedResource): CreatedResource {
  const { base, properties, stack } = resource;
  const id = generatedName(seedOf(stack, base.logicalId), 100);
  const created = { ref: id, attributes: { Id: id } };
  const reference = functionOf(resource);
  const unchecked = [...uncheckedConditions.filter((name) => properties.entries.has(name))];
  if (flagAt(properties, 'InvokedViaFunctionUrl') === true) unchecked.push('InvokedViaFunctionUrl');
  const [property] = unchecked;
  if (property !== undefined) {
    const location = properties.entries.get(property)?.keyAt ?? base.location;
    const effect = 'this condition is not emulated, so the permission grants nothing';
    const value = { logicalId: base.logicalId, type: base.type, property, effect, location };
    return { ...created, parts: [{ kind: 'notEmulatedProperty', value }] };
  }
  if (reference === null) return { ...created, parts: [] };
  const value = {
    ...base,
    functionArn: qualifiedArn(reference),
    action: textAt(properties, 'Action') ?? '',
    principal: textAt(properties, 'Principal') ?? '',
    sourceArn: textAt(properties, 'SourceArn'),
    sourceAccount: textAt(properties, 'SourceAccount'),
  };
  return { ...created, parts: [{ kind: 'functionPermission', value }] };
}

function functionOf({ properties, problems, stack }: ResolvedResource): FunctionReference | null {
  const node = valueAt(properties, 'FunctionName');
  const name = textOf(node);
  if (node === null || name === null) return null;
  const reference = parseFunctionReference(name, stack);
  if (reference === null) problems.report(node.at, `${quote(name)} names no function`, 'Write a function name or ARN, e.g. !Ref Function.');
  return reference;
}
