// What a function of the template can see while it is resolved, and the checks of arguments that the functions share.
import type { SourceLocation } from './deployment.ts';
import type { Problems } from './problems.ts';
import type { StackContext } from './stack-context.ts';
import type { Template } from './template.ts';
import { type InvalidNode, invalidNode, type ListNode, type ScalarNode, type TemplateNode } from './template-node.ts';

export interface Evaluation {
  readonly template: Template;
  readonly stack: StackContext;
  /** Parameters and pseudo parameters. */
  readonly values: ReadonlyMap<string, TemplateNode>;
  /** Empty while conditions are decided. */
  readonly conditions: ReadonlyMap<string, boolean>;
  /** The resources that exist so far. */
  readonly resources: ReadonlyMap<string, ResourceIdentity>;
  /** Exports of earlier templates of the same account. */
  readonly exports: ReadonlyMap<string, string>;
  readonly problems: Problems;
  /** Resolves an argument; null is AWS::NoValue. */
  evaluate(node: TemplateNode): TemplateNode | null;
}

/** What Ref and Fn::GetAtt give for one resource. */
export interface ResourceIdentity {
  readonly ref: string;
  /** Emulated types list theirs; any other type invents one by name. */
  attribute(name: string): string | null;
  readonly attributeNames: readonly string[];
}

/** Reports and marks the value as reported. */
export function refuse(evaluation: Evaluation, at: SourceLocation, message: string, hint = ''): InvalidNode {
  evaluation.problems.report(at, message, hint);
  return invalidNode(at);
}

/** The argument as one text, or what to return instead: an invalid node that is reported. */
export function evaluateText(evaluation: Evaluation, node: TemplateNode, what: string): ScalarNode | InvalidNode {
  const value = evaluation.evaluate(node);
  if (value === null) return refuse(evaluation, node.at, `${what} is AWS::NoValue`, 'Give a text.');
  if (value.kind === 'invalid' || (value.kind === 'scalar' && value.value !== null)) return value;
  return refuse(evaluation, node.at, `${what} must be a text, but is ${value.kind === 'scalar' ? 'empty' : `a ${value.kind}`}`);
}

export function evaluateList(evaluation: Evaluation, node: TemplateNode, what: string): ListNode | InvalidNode {
  const value = evaluation.evaluate(node);
  if (value === null) return refuse(evaluation, node.at, `${what} is AWS::NoValue`, 'Give a list.');
  if (value.kind === 'invalid' || value.kind === 'list') return value;
  return refuse(evaluation, node.at, `${what} must be a list, but is a ${value.kind === 'scalar' ? 'text' : 'map'}`);
}

/** The unresolved arguments of a function that takes a list of them. */
export function argumentsOf(
  evaluation: Evaluation,
  name: string,
  argument: TemplateNode,
  [least, most]: readonly [number, number],
): readonly TemplateNode[] | InvalidNode {
  if (argument.kind === 'invalid') return argument;
  if (argument.kind === 'list' && argument.items.length >= least && argument.items.length <= most) return argument.items;
  const count = least === most ? String(least) : `${least} to ${most}`;
  return refuse(evaluation, argument.at, `${name} takes a list of ${count} values`);
}
