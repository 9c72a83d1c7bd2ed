// The intrinsic functions that look a name up: Ref, GetAtt, Sub, FindInMap, ImportValue.

import { didYouMean } from '../did-you-mean.ts';
import type { SourceLocation } from './deployment.ts';
import { argumentsOf, type Evaluation, evaluateText, refuse } from './evaluation.ts';
import { textOf, valueAt } from './node-access.ts';
import { noValue } from './pseudo-parameters.ts';
import { piecesOf } from './sub-text.ts';
import { type InvalidNode, invalidNode, scalarNode, type TemplateNode } from './template-node.ts';

export function ref(argument: TemplateNode, evaluation: Evaluation): TemplateNode {
  const name = textOf(argument);
  if (name === null) return refuse(evaluation, argument.at, 'Ref takes one name');
  return lookUp(name, 'Ref', argument.at, evaluation);
}

function lookUp(name: string, by: string, at: SourceLocation, evaluation: Evaluation): TemplateNode {
  const value = evaluation.values.get(name);
  if (value !== undefined) return value;
  const identity = evaluation.resources.get(name);
  if (identity !== undefined) return scalarNode(identity.ref, at);
  return missing(name, by, at, evaluation);
}

/** A declared name without a value: dropped by its condition, or reported already (a parameter, or a name that does not exist). */
function missing(name: string, by: string, at: SourceLocation, evaluation: Evaluation): InvalidNode {
  const declared = evaluation.template.resources.get(name);
  if (declared?.condition !== undefined && declared.condition !== null && evaluation.conditions.get(declared.condition.name) === false) {
    const hint = 'Give both the same condition, or choose with Fn::If.';
    return refuse(evaluation, at, `${by} names ${name}, which its condition ${declared.condition.name} drops`, hint);
  }
  // A net: nothing may become invalid without a word.
  if (evaluation.problems.list.length === 0) return refuse(evaluation, at, `${by} names ${name}, which has no value here`);
  return invalidNode(at);
}

export function getAtt(argument: TemplateNode, evaluation: Evaluation): TemplateNode {
  const names = getAttNames(argument, evaluation);
  return 'kind' in names ? names : attributeOf(names.name, names.attribute, argument.at, evaluation);
}

function getAttNames(argument: TemplateNode, evaluation: Evaluation): InvalidNode | { name: string; attribute: string } {
  if (argument.kind === 'list') {
    const given = argumentsOf(evaluation, 'Fn::GetAtt', argument, [2, 2]);
    if ('kind' in given) return given;
    const [nameNode, attributeNode] = given as [TemplateNode, TemplateNode];
    const name = textOf(nameNode);
    if (name === null) return refuse(evaluation, nameNode.at, "Fn::GetAtt's first value must be the logical id of a resource");
    const attribute = evaluateText(evaluation, attributeNode, "Fn::GetAtt's attribute");
    return attribute.kind === 'invalid' ? attribute : { name, attribute: attribute.text };
  }
  const [, name, attribute] = /^([^.]+)\.(.+)$/.exec(textOf(argument) ?? '') ?? [];
  if (name === undefined || attribute === undefined) {
    return refuse(evaluation, argument.at, 'Fn::GetAtt takes a resource and an attribute', 'e.g. !GetAtt Function.Arn');
  }
  return { name, attribute };
}

function attributeOf(name: string, attribute: string, at: SourceLocation, evaluation: Evaluation): TemplateNode {
  const identity = evaluation.resources.get(name);
  if (identity === undefined) return missing(name, 'Fn::GetAtt', at, evaluation);
  const value = identity.attribute(attribute);
  if (value !== null) return scalarNode(value, at);
  const type = evaluation.template.resources.get(name)?.type ?? 'resource';
  const known = identity.attributeNames;
  const hint = didYouMean(attribute, known).trim() || (known.length === 0 ? 'It has none.' : `It has: ${known.join(', ')}.`);
  return refuse(evaluation, at, `${name} (${type}) has no attribute ${attribute}`, hint);
}

export function sub(argument: TemplateNode, evaluation: Evaluation): TemplateNode {
  const [textNode, variables] = argument.kind === 'list' ? argument.items : [argument];
  const text = textOf(textNode);
  const tooMany = argument.kind === 'list' && argument.items.length !== 2;
  if (text === null || tooMany || (variables !== undefined && variables.kind !== 'map')) {
    return refuse(evaluation, argument.at, 'Fn::Sub takes a text, or a list of a text and a map of variables');
  }
  let result = '';
  for (const piece of piecesOf(text)) {
    const value = 'literal' in piece ? scalarNode(piece.literal, argument.at) : variable(piece.name);
    if (value.kind === 'invalid') return value;
    result += value.text;
  }
  return scalarNode(result, argument.at);

  function variable(name: string) {
    const own = valueAt(variables, name);
    if (own !== null) return evaluateText(evaluation, own, `the variable ${name}`);
    const at = textNode?.at ?? argument.at;
    if (name === noValue) return refuse(evaluation, at, 'AWS::NoValue has no text', 'Use Fn::If around the whole Fn::Sub.');
    const [, resource, attribute] = /^([^.]+)\.(.+)$/.exec(name) ?? [];
    const found =
      resource === undefined || attribute === undefined
        ? lookUp(name, 'Fn::Sub', at, evaluation)
        : attributeOf(resource, attribute, at, evaluation);
    if (found.kind === 'scalar' || found.kind === 'invalid') return found;
    return refuse(evaluation, at, `Fn::Sub needs a text, but ${name} is a ${found.kind}`, 'Join the list first, in the map of variables.');
  }
}

export function findInMap(argument: TemplateNode, evaluation: Evaluation): TemplateNode {
  const given = argumentsOf(evaluation, 'Fn::FindInMap', argument, [3, 4]);
  if ('kind' in given) return given;
  const options = given[3];
  const fallback = options === undefined ? null : valueAt(options, 'DefaultValue');
  if (options !== undefined && fallback === null) {
    return refuse(evaluation, options.at, "Fn::FindInMap's fourth value must be { DefaultValue: … }");
  }
  if (options !== undefined && !evaluation.template.languageExtensions) {
    const hint = 'Add to the template: Transform: AWS::LanguageExtensions';
    return refuse(evaluation, options.at, "Fn::FindInMap's DefaultValue needs the language extensions", hint);
  }
  let current: TemplateNode = evaluation.template.mappings;
  for (const [index, item] of given.slice(0, 3).entries()) {
    const key = evaluateText(evaluation, item, "Fn::FindInMap's name");
    if (key.kind === 'invalid') return key;
    const next: TemplateNode | null = valueAt(current, key.text);
    if (next === null) {
      if (fallback !== null) return evaluation.evaluate(fallback) ?? invalidNode(argument.at);
      const known: readonly string[] = current.kind === 'map' ? [...current.entries.keys()] : [];
      const what = ['mapping', 'first-level key', 'second-level key'][index];
      const hint = didYouMean(key.text, known).trim() || (known.length === 0 ? 'There is none.' : `There are: ${known.join(', ')}.`);
      return refuse(evaluation, item.at, `Fn::FindInMap finds no ${what} ${key.text}`, hint);
    }
    current = next;
  }
  return current;
}

export function importValue(argument: TemplateNode, evaluation: Evaluation): TemplateNode {
  const name = evaluateText(evaluation, argument, "Fn::ImportValue's name");
  if (name.kind === 'invalid') return name;
  const value = evaluation.exports.get(name.text);
  if (value !== undefined) return scalarNode(value, argument.at);
  const hint = didYouMean(name.text, evaluation.exports.keys()).trim() || 'Give the template that exports it before this one.';
  return refuse(evaluation, argument.at, `no earlier template of account ${evaluation.stack.accountId} exports ${name.text}`, hint);
}
