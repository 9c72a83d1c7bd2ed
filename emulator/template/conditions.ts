// Decides the template's conditions. They see parameters and mappings only: no resource exists yet.

import { didYouMean } from '../did-you-mean.ts';
import type { SourceLocation } from './deployment.ts';
import { argumentsOf, type Evaluation, refuse } from './evaluation.ts';
import { textOf } from './node-access.ts';
import { plainOf, type TemplateNode } from './template-node.ts';

/** Null is a condition that could not be decided; why is reported. */
export type Decision = boolean | null;

const functions = ['Fn::And', 'Fn::Or', 'Fn::Not', 'Fn::Equals', 'Condition'];

export function decideConditions(evaluation: Evaluation): ReadonlyMap<string, boolean> {
  const decided = new Map<string, Decision>();
  const open: string[] = [];
  for (const [name, node] of evaluation.template.conditions) decideNamed(name, node.at);
  return new Map([...decided].flatMap(([name, decision]) => (decision === null ? [] : [[name, decision] as const])));

  function decideNamed(name: string, at: SourceLocation): Decision {
    const known = decided.get(name);
    if (known !== undefined) return known;
    const node = evaluation.template.conditions.get(name);
    // A name that is not declared is reported by check-references.ts.
    if (node === undefined) return null;
    if (open.includes(name)) {
      const cycle = [...open.slice(open.indexOf(name)), name].join(' -> ');
      refuse(evaluation, at, `circular conditions: ${cycle}`, 'Remove one of these references.');
      return null;
    }
    open.push(name);
    const decision = decide(node, evaluation, (nested) => decideNamed(nested, node.at));
    open.pop();
    decided.set(name, decision);
    return decision;
  }
}

/** Decides one expression of And, Or, Not, Equals and Condition. `decideNamed` gives the named conditions. */
export function decide(node: TemplateNode, evaluation: Evaluation, decideNamed: (name: string) => Decision): Decision {
  const [name = '', argument] = node.kind === 'map' && node.entries.size === 1 ? first(node.entries) : [];
  if (argument === undefined) {
    if (node.kind !== 'invalid') refuse(evaluation, node.at, 'a condition must be one function', `Use ${functions.join(', ')}.`);
    return null;
  }
  switch (name) {
    case 'Condition':
      return decideNamed(textOf(argument) ?? '');
    case 'Fn::Equals':
      return equals(argument, evaluation);
    case 'Fn::Not':
      return combine('Fn::Not', argument, [1, 1], ([value]) => value === false);
    case 'Fn::And':
      return combine('Fn::And', argument, [2, 10], (values) => values.every((value) => value));
    case 'Fn::Or':
      return combine('Fn::Or', argument, [2, 10], (values) => values.some((value) => value));
    default:
      return decideByValue(name);
  }

  function combine(
    what: string,
    operands: TemplateNode,
    count: readonly [number, number],
    apply: (values: readonly boolean[]) => boolean,
  ): Decision {
    const given = argumentsOf(evaluation, what, operands, count);
    if ('kind' in given) return null;
    const decisions = given.map((operand) => decide(operand, evaluation, decideNamed));
    const values = decisions.filter((decision) => decision !== null);
    return values.length === decisions.length ? apply(values) : null;
  }

  /** A function whose value is true or false, such as a FindInMap of a flag, is taken too. */
  function decideByValue(function_: string): Decision {
    if (function_ !== 'Fn::FindInMap' && function_ !== 'Ref') {
      const hint = didYouMean(function_, functions).trim() || `Use ${functions.join(', ')}.`;
      refuse(evaluation, node.at, `unknown function ${function_} in a condition`, hint);
      return null;
    }
    const value = evaluation.evaluate(node);
    const text = textOf(value);
    if (text === 'true' || text === 'false') return text === 'true';
    if (value?.kind !== 'invalid') refuse(evaluation, node.at, 'a condition must be true or false', 'Compare with Fn::Equals.');
    return null;
  }
}

function first(entries: ReadonlyMap<string, { value: TemplateNode }>): readonly [string, TemplateNode] | readonly [] {
  for (const [name, entry] of entries) return [name, entry.value];
  return [];
}

function equals(argument: TemplateNode, evaluation: Evaluation): Decision {
  const given = argumentsOf(evaluation, 'Fn::Equals', argument, [2, 2]);
  if ('kind' in given) return null;
  const values = given.map((item) => evaluation.evaluate(item));
  if (values.some((value) => value?.kind === 'invalid')) return null;
  const [left, right] = values.map((value) => (value === null ? null : comparable(value)));
  return left === right;
}

/** CloudFormation compares texts: 1 equals "1", and true equals "true". */
function comparable(node: TemplateNode): string {
  return node.kind === 'scalar' ? node.text : JSON.stringify(plainOf(node));
}
