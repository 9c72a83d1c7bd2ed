// AWS::IAM::Role, Policy, RolePolicy, ManagedPolicy. join-parts.ts brings policies and roles together.
import type { NamedPolicy } from '../deployment.ts';
import { itemsAt, textAt, textOf, textsAt, valueAt } from '../node-access.ts';
import { generatedName, iamId } from '../physical-ids.ts';
import { readPolicyDocument } from '../policy-document-node.ts';
import { json, listOf, object, tags, text, textLike, texts, wholeNumber } from '../shape.ts';
import { seedOf } from '../stack-context.ts';
import type { CreatedResource, ResolvedResource, ResourceType } from './resource-type.ts';

const path = textLike(/^(\/|\/[!-~]+\/)$/, 512);
const name64 = textLike(/^[\w+=,.@-]+$/, 64);
const name128 = textLike(/^[\w+=,.@-]+$/, 128);

export const iamRole: ResourceType = {
  type: 'AWS::IAM::Role',
  shape: object(
    { AssumeRolePolicyDocument: json },
    {
      Description: textLike(null, 1000),
      ManagedPolicyArns: texts,
      MaxSessionDuration: wholeNumber(3600, 43_200),
      Path: path,
      PermissionsBoundary: text,
      Policies: listOf(object({ PolicyDocument: json, PolicyName: name128 })),
      RoleName: name64,
      Tags: tags,
    },
  ),
  attributeNames: ['Arn', 'RoleId'],
  create: createRole,
};

function createRole(resource: ResolvedResource): CreatedResource {
  const { base, properties, problems, stack } = resource;
  const seed = seedOf(stack, base.logicalId);
  const roleName = textAt(properties, 'RoleName') ?? generatedName(seed, 64);
  const arn = `arn:${stack.partition}:iam::${stack.accountId}:role${textAt(properties, 'Path') ?? '/'}${roleName}`;
  const attributes = { Arn: arn, RoleId: iamId('AROA', seed) };
  const trustPolicy = readPolicyDocument(valueAt(properties, 'AssumeRolePolicyDocument'), 'trust', problems);
  const inlinePolicies = itemsAt(properties, 'Policies').flatMap((item): NamedPolicy[] => {
    const document = readPolicyDocument(valueAt(item, 'PolicyDocument'), 'identity', problems);
    return document === null ? [] : [{ name: textAt(item, 'PolicyName') ?? '', document }];
  });
  if (trustPolicy === null) return { ref: roleName, attributes, parts: [] };
  const boundary = valueAt(properties, 'PermissionsBoundary');
  const boundaryArn = textOf(boundary);
  const managedPolicyArns = itemsAt(properties, 'ManagedPolicyArns').flatMap((item) => {
    const policyArn = textOf(item);
    return policyArn === null ? [] : [{ arn: policyArn, at: item.at }];
  });
  const value = {
    ...{ ...base, roleName, arn, trustPolicy, inlinePolicies, managedPolicyArns },
    boundaryArn: boundary === null || boundaryArn === null ? null : { arn: boundaryArn, at: boundary.at },
  };
  return { ref: roleName, attributes, parts: [{ kind: 'role', value }] };
}

export const iamPolicy: ResourceType = {
  type: 'AWS::IAM::Policy',
  shape: object({ PolicyDocument: json, PolicyName: name128 }, { Groups: texts, Roles: texts, Users: texts }),
  attributeNames: ['Id'],
  withoutEffect: { Users: 'users of templates are not emulated', Groups: 'groups are not emulated' },
  create: (resource) => createRolePolicy(resource, textsAt(resource.properties, 'Roles')),
};

export const iamRolePolicy: ResourceType = {
  type: 'AWS::IAM::RolePolicy',
  shape: object({ PolicyName: name128, RoleName: name64 }, { PolicyDocument: json }),
  attributeNames: [],
  create: (resource) => createRolePolicy(resource, [textAt(resource.properties, 'RoleName') ?? '']),
};

function createRolePolicy(resource: ResolvedResource, roleNames: readonly string[]): CreatedResource {
  const { base, properties, problems, stack } = resource;
  const id = generatedName(seedOf(stack, base.logicalId), 128);
  const document = readPolicyDocument(valueAt(properties, 'PolicyDocument'), 'identity', problems);
  if (document === null) return { ref: id, attributes: { Id: id }, parts: [] };
  const value = { ...base, roleNames, policy: { name: textAt(properties, 'PolicyName') ?? id, document } };
  return { ref: id, attributes: { Id: id }, parts: [{ kind: 'rolePolicy', value }] };
}

export const iamManagedPolicy: ResourceType = {
  type: 'AWS::IAM::ManagedPolicy',
  shape: object(
    { PolicyDocument: json },
    {
      ...{
        Description: textLike(null, 1000),
        Groups: texts,
        ManagedPolicyName: name128,
        Path: path,
        Roles: texts,
        Tags: tags,
        Users: texts,
      },
    },
  ),
  attributeNames: ['PolicyArn', 'PolicyId', 'DefaultVersionId', 'AttachmentCount', 'IsAttachable'],
  withoutEffect: { Users: 'users of templates are not emulated', Groups: 'groups are not emulated' },
  create(resource) {
    const { base, properties, problems, stack } = resource;
    const seed = seedOf(stack, base.logicalId);
    const name = textAt(properties, 'ManagedPolicyName') ?? generatedName(seed, 128);
    const arn = `arn:${stack.partition}:iam::${stack.accountId}:policy${textAt(properties, 'Path') ?? '/'}${name}`;
    const roleNames = textsAt(properties, 'Roles');
    const attributes = {
      ...{ PolicyArn: arn, PolicyId: iamId('ANPA', seed), DefaultVersionId: 'v1', IsAttachable: 'true' },
      AttachmentCount: String(roleNames.length),
    };
    const document = readPolicyDocument(valueAt(properties, 'PolicyDocument'), 'identity', problems);
    if (document === null) return { ref: arn, attributes, parts: [] };
    const value = { ...base, arn, roleNames, policy: { name, document } };
    return { ref: arn, attributes, parts: [{ kind: 'managedPolicy', value }] };
  },
};
