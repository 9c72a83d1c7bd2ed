// The AWS managed policies that templates may name. Any other is refused: its permissions would silently be missing.
import type { PolicyDocument } from '../../iam/policy-document.ts';

const logs = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];
const networkInterfaces = [
  ...['ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'ec2:DeleteNetworkInterface'],
  ...['ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses'],
];
const tracing = [
  ...['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets'],
  'xray:GetSamplingStatisticSummaries',
];

/** By the part of the ARN after `policy/`. Contents as the AWS managed policy reference lists them (from memory, 2026-11). */
const documents: ReadonlyMap<string, PolicyDocument> = new Map([
  ['service-role/AWSLambdaBasicExecutionRole', allow(logs)],
  ['service-role/AWSLambdaVPCAccessExecutionRole', allow([...logs, ...networkInterfaces])],
  ['AWSXRayDaemonWriteAccess', allow(tracing)],
]);

export const awsManagedPolicyNames: readonly string[] = [...documents.keys()];

/** `arn:aws:iam::aws:policy/NAME` -> its document; null when it is not in the table or no AWS managed policy. */
export function awsManagedPolicy(arn: string): { readonly name: string; readonly document: PolicyDocument } | null {
  const name = /^arn:aws[a-z-]*:iam::aws:policy\/(.+)$/.exec(arn)?.[1];
  const document = name === undefined ? undefined : documents.get(name);
  return name === undefined || document === undefined ? null : { name, document };
}

function allow(actions: readonly string[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] };
}
