// The names that CloudFormation itself gives to every template.
import type { SourceLocation } from './deployment.ts';
import type { StackContext } from './stack-context.ts';
import { listNode, scalarNode, type TemplateNode } from './template-node.ts';

export const noValue = 'AWS::NoValue';

/** AWS::NoValue is not here: it is no value, and the evaluation knows it. */
export function pseudoParameters(stack: StackContext, at: SourceLocation): ReadonlyMap<string, TemplateNode> {
  return new Map<string, TemplateNode>([
    ['AWS::AccountId', scalarNode(stack.accountId, at)],
    ['AWS::NotificationARNs', listNode([], at)],
    ['AWS::Partition', scalarNode(stack.partition, at)],
    ['AWS::Region', scalarNode(stack.region, at)],
    ['AWS::StackId', scalarNode(stack.stackId, at)],
    ['AWS::StackName', scalarNode(stack.name, at)],
    ['AWS::URLSuffix', scalarNode(stack.urlSuffix, at)],
  ]);
}

export const pseudoParameterNames = [
  ...['AWS::AccountId', 'AWS::NoValue', 'AWS::NotificationARNs', 'AWS::Partition', 'AWS::Region', 'AWS::StackId', 'AWS::StackName'],
  'AWS::URLSuffix',
] as const;
