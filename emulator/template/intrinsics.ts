// The intrinsic functions, one entry each. Those that look up names are in intrinsic-lookups.ts.
import { cidrBlocks } from './cidr.ts';
import { argumentsOf, type Evaluation, evaluateList, evaluateText, refuse } from './evaluation.ts';
import { findInMap, getAtt, importValue, ref, sub } from './intrinsic-lookups.ts';
import { textOf } from './node-access.ts';
import { quote } from './shape.ts';
import { plainOf, scalarNode, type TemplateNode, textListNode } from './template-node.ts';

export interface Intrinsic {
  readonly needsLanguageExtensions: boolean;
  /** Null is AWS::NoValue. */
  apply(argument: TemplateNode, evaluation: Evaluation): TemplateNode | null;
}

const transformHint = 'Write out what the macro makes, e.g. put the OpenAPI document into Body.';

/** Every function that may stand in a resource or an output; Equals, And, Or, Not are in conditions.ts. */
export const intrinsics: ReadonlyMap<string, Intrinsic> = new Map<string, Intrinsic>([
  ['Ref', plain(ref)],
  ['Fn::GetAtt', plain(getAtt)],
  ['Fn::Sub', plain(sub)],
  ['Fn::FindInMap', plain(findInMap)],
  ['Fn::ImportValue', plain(importValue)],
  ['Fn::Join', plain(join)],
  ['Fn::Select', plain(select)],
  ['Fn::Split', plain(split)],
  ['Fn::If', plain(pick)],
  ['Fn::Base64', plain(base64)],
  ['Fn::Cidr', plain(cidr)],
  ['Fn::GetAZs', plain(getAZs)],
  ['Fn::Length', { needsLanguageExtensions: true, apply: length }],
  ['Fn::ToJsonString', { needsLanguageExtensions: true, apply: toJsonString }],
  ['Fn::Transform', plain((argument, evaluation) => refuse(evaluation, argument.at, 'Fn::Transform is not emulated', transformHint))],
  ...['Equals', 'And', 'Or', 'Not'].map((name) => [`Fn::${name}`, plain(onlyInConditions(`Fn::${name}`))] as const),
]);

function plain(apply: Intrinsic['apply']): Intrinsic {
  return { needsLanguageExtensions: false, apply };
}

function onlyInConditions(name: string): Intrinsic['apply'] {
  return (argument, evaluation) =>
    refuse(evaluation, argument.at, `${name} may stand in Conditions and Rules only`, 'Declare a condition and use Fn::If.');
}

function join(argument: TemplateNode, evaluation: Evaluation): TemplateNode {
  const given = argumentsOf(evaluation, 'Fn::Join', argument, [2, 2]);
  if ('kind' in given) return given;
  const [delimiterNode, listArgument] = given as [TemplateNode, TemplateNode];
  const delimiter = evaluateText(evaluation, delimiterNode, "Fn::Join's delimiter");
  const list = evaluateList(evaluation, listArgument, "Fn::Join's values");
  if (delimiter.kind === 'invalid') return delimiter;
  if (list.kind === 'invalid') return list;
  const texts: string[] = [];
  for (const item of list.items) {
    const value = textOf(item);
    if (item.kind === 'invalid') return item;
    if (value === null) return refuse(evaluation, item.at, 'Fn::Join joins texts only');
    texts.push(value);
  }
  return scalarNode(texts.join(delimiter.text), argument.at);
}

function select(argument: TemplateNode, evaluation: Evaluation): TemplateNode {
  const given = argumentsOf(evaluation, 'Fn::Select', argument, [2, 2]);
  if ('kind' in given) return given;
  const [indexNode, listArgument] = given as [TemplateNode, TemplateNode];
  const index = evaluateText(evaluation, indexNode, "Fn::Select's index");
  const list = evaluateList(evaluation, listArgument, "Fn::Select's values");
  if (index.kind === 'invalid') return index;
  if (list.kind === 'invalid') return list;
  const item = /^\d+$/.test(index.text) ? list.items[Number(index.text)] : undefined;
  if (item !== undefined) return item;
  return refuse(evaluation, argument.at, `Fn::Select's index ${quote(index.text)} is not in a list of ${list.items.length}`);
}

function split(argument: TemplateNode, evaluation: Evaluation): TemplateNode {
  const given = argumentsOf(evaluation, 'Fn::Split', argument, [2, 2]);
  if ('kind' in given) return given;
  const [delimiterNode, sourceNode] = given as [TemplateNode, TemplateNode];
  const delimiter = evaluateText(evaluation, delimiterNode, "Fn::Split's delimiter");
  const source = evaluateText(evaluation, sourceNode, "Fn::Split's text");
  if (delimiter.kind === 'invalid') return delimiter;
  if (source.kind === 'invalid') return source;
  if (delimiter.text === '') return refuse(evaluation, argument.at, "Fn::Split's delimiter is empty");
  return textListNode(source.text.split(delimiter.text), argument.at);
}

function pick(argument: TemplateNode, evaluation: Evaluation): TemplateNode | null {
  const given = argumentsOf(evaluation, 'Fn::If', argument, [3, 3]);
  if ('kind' in given) return given;
  const [conditionNode, whenTrue, whenFalse] = given as [TemplateNode, TemplateNode, TemplateNode];
  const name = textOf(conditionNode);
  if (name === null) return refuse(evaluation, argument.at, "Fn::If's first value must be the name of a condition");
  const holds = evaluation.conditions.get(name);
  // A name that is not declared is reported by check-references.ts.
  if (holds === undefined) return refuse(evaluation, conditionNode.at, `the condition ${name} is not declared`);
  return evaluation.evaluate(holds ? whenTrue : whenFalse);
}

function base64(argument: TemplateNode, evaluation: Evaluation): TemplateNode {
  const value = evaluateText(evaluation, argument, "Fn::Base64's value");
  return value.kind === 'invalid' ? value : scalarNode(Buffer.from(value.text).toString('base64'), argument.at);
}

function cidr(argument: TemplateNode, evaluation: Evaluation): TemplateNode {
  const given = argumentsOf(evaluation, 'Fn::Cidr', argument, [2, 3]);
  if ('kind' in given) return given;
  const values = given.map((item) => evaluateText(evaluation, item, "Fn::Cidr's value"));
  const invalid = values.find((value) => value.kind === 'invalid');
  if (invalid !== undefined) return invalid;
  const [block = '', count, bits] = values.map((value) => textOf(value) ?? '');
  const blocks = cidrBlocks(block, Number(count), Number(bits ?? 8));
  return typeof blocks === 'string' ? refuse(evaluation, argument.at, `Fn::Cidr: ${blocks}`) : textListNode(blocks, argument.at);
}

function getAZs(argument: TemplateNode, evaluation: Evaluation): TemplateNode {
  const region = evaluateText(evaluation, argument, "Fn::GetAZs's region");
  if (region.kind === 'invalid') return region;
  const name = region.text === '' ? evaluation.stack.region : region.text;
  const zones = ['a', 'b', 'c'].map((letter) => name + letter);
  return textListNode(zones, argument.at);
}

function length(argument: TemplateNode, evaluation: Evaluation): TemplateNode {
  const list = evaluateList(evaluation, argument, "Fn::Length's value");
  return list.kind === 'invalid' ? list : scalarNode(list.items.length, argument.at);
}

function toJsonString(argument: TemplateNode, evaluation: Evaluation): TemplateNode {
  const value = evaluation.evaluate(argument);
  if (value === null || value.kind === 'scalar') return refuse(evaluation, argument.at, 'Fn::ToJsonString takes a map or a list');
  return value.kind === 'invalid' ? value : scalarNode(JSON.stringify(plainOf(value)), argument.at);
}
