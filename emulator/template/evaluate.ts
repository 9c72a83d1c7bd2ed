// Resolves a value: replaces every intrinsic function by its result and keeps the places for later messages.
import { didYouMean } from '../did-you-mean.ts';
import type { Evaluation } from './evaluation.ts';
import { intrinsics } from './intrinsics.ts';
import { noValue } from './pseudo-parameters.ts';
import { invalidNode, type MapEntry, type MapNode, type TemplateNode } from './template-node.ts';

export function createEvaluation(parts: Omit<Evaluation, 'evaluate'>): Evaluation {
  const evaluation: Evaluation = { ...parts, evaluate: (node) => evaluate(node, evaluation) };
  return evaluation;
}

/** Null is AWS::NoValue: whoever holds the value leaves it out. */
function evaluate(node: TemplateNode, evaluation: Evaluation): TemplateNode | null {
  switch (node.kind) {
    case 'scalar':
    case 'invalid':
      return node;
    case 'list':
      return { ...node, items: node.items.flatMap((item) => evaluate(item, evaluation) ?? []) };
    case 'map':
      return evaluateMap(node, evaluation);
  }
}

function evaluateMap(node: MapNode, evaluation: Evaluation): TemplateNode | null {
  const name = functionName(node);
  if (name !== null) return call(name, node, evaluation);
  const entries = new Map<string, MapEntry>();
  for (const [key, entry] of node.entries) {
    if (key.startsWith('Fn::')) {
      evaluation.problems.report(entry.keyAt, `${key} stands beside other keys`, 'A function must be the only key of its map.');
      return invalidNode(node.at);
    }
    const value = evaluate(entry.value, evaluation);
    if (value !== null) entries.set(key, { keyAt: entry.keyAt, value });
  }
  return { ...node, entries };
}

function functionName(node: MapNode): string | null {
  if (node.entries.size !== 1) return null;
  const [name = ''] = node.entries.keys();
  return name === 'Ref' || name.startsWith('Fn::') ? name : null;
}

function call(name: string, node: MapNode, evaluation: Evaluation): TemplateNode | null {
  const argument = node.entries.get(name)?.value ?? invalidNode(node.at);
  if (argument.kind === 'invalid') return argument;
  if (name === 'Ref' && argument.kind === 'scalar' && argument.text === noValue) return null;
  const intrinsic = intrinsics.get(name);
  if (intrinsic === undefined) {
    const hint = didYouMean(name, intrinsics.keys()).trim() || 'CloudFormation has no such function.';
    evaluation.problems.report(node.at, `unknown function ${name}`, hint);
    return invalidNode(node.at);
  }
  if (intrinsic.needsLanguageExtensions && !evaluation.template.languageExtensions) {
    evaluation.problems.report(node.at, `${name} needs the language extensions`, 'Add to the template: Transform: AWS::LanguageExtensions');
    return invalidNode(node.at);
  }
  const result = intrinsic.apply(argument, evaluation);
  // The result takes the place of the call, so that a wrong type is reported where it is used.
  return result === null ? null : { ...result, at: node.at };
}
