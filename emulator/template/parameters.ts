// Decides each parameter's value and checks it as CloudFormation does before it starts.

import { didYouMean } from '../did-you-mean.ts';
import type { SourceLocation } from './deployment.ts';
import { flagAt, itemsAt, numberAt, textAt, textOf, textsAt, valueAt } from './node-access.ts';
import { isKnownParameterType, isSsmValue, parameterTypeHint } from './parameter-types.ts';
import type { Problems } from './problems.ts';
import { checked, checkShape, decimal, flag, integer, listOf, object, quote, text } from './shape.ts';
import type { Template } from './template.ts';
import { type MapNode, scalarNode, type TemplateNode, textListNode } from './template-node.ts';

export interface ParameterValues {
  /** What Ref gives: a text, or a list for the list types. */
  readonly nodes: ReadonlyMap<string, TemplateNode>;
  /** For the status page; a NoEcho parameter shows as asterisks, as DescribeStacks does it. */
  readonly shown: Readonly<Record<string, string>>;
}

export interface ParameterSources {
  readonly explicit: Readonly<Record<string, string>>;
  /** An Output of the same name of an earlier template. */
  readonly earlierOutputs: ReadonlyMap<string, string>;
  readonly provide: (name: string) => Promise<string | undefined>;
}

const shape = object(
  { Type: text },
  {
    ...{ AllowedPattern: text, AllowedValues: listOf(text), ConstraintDescription: text, Description: text },
    Default: checked((node, problems) => void foundIn(node, 'Default', problems)),
    ...{ MaxLength: integer, MaxValue: decimal, MinLength: integer, MinValue: decimal, NoEcho: flag },
  },
);

export async function resolveParameters(template: Template, sources: ParameterSources, problems: Problems): Promise<ParameterValues> {
  const nodes = new Map<string, TemplateNode>();
  const shown: Record<string, string> = {};
  for (const [name, entry] of template.localParameters.entries) {
    if (template.parameters.has(name)) continue;
    problems.report(
      entry.keyAt,
      `LocalParameters names ${name}, which is no parameter`,
      didYouMean(name, template.parameters.keys()).trim(),
    );
  }
  for (const [name, node] of template.parameters) {
    checkShape(node, shape, problems);
    const type = valueAt(node, 'Type');
    const typeName = textOf(type);
    if (type !== null && typeName !== null && !isKnownParameterType(typeName)) {
      problems.report(type.at, `unknown parameter type ${typeName}`, parameterTypeHint(typeName));
    }
    const found = await findValue(name, node, template, sources, problems);
    if (found === null) continue;
    for (const reason of violations(found.value, node)) {
      const description = textAt(node, 'ConstraintDescription') ?? textAt(node, 'Description');
      const hint = `${description === null ? '' : `${description} `}Give another value: --parameter ${name}=value`.trim();
      problems.reportParameter(
        found.at,
        `the parameter ${name} is ${quote(shownValue(found.value, node))} (${found.origin}), but ${reason}`,
        hint,
      );
    }
    nodes.set(name, valueNode(found.value, node));
    shown[name] = shownValue(found.value, node);
  }
  return { nodes, shown };
}

interface FoundValue {
  readonly value: string;
  readonly origin: string;
  readonly at: SourceLocation;
}

async function findValue(
  name: string,
  node: MapNode,
  template: Template,
  sources: ParameterSources,
  problems: Problems,
): Promise<FoundValue | null> {
  if (Object.hasOwn(sources.explicit, name)) return { value: sources.explicit[name] ?? '', origin: 'given', at: node.at };
  const local = template.localParameters.entries.get(name)?.value;
  if (local !== undefined) return foundIn(local, 'LocalParameters', problems);
  const output = sources.earlierOutputs.get(name);
  if (output !== undefined) return { value: output, origin: 'output of an earlier template', at: node.at };
  const provided = await sources.provide(name);
  if (provided !== undefined) return { value: provided, origin: 'provided', at: node.at };
  const fallback = valueAt(node, 'Default');
  if (fallback !== null && isSsmValue(textAt(node, 'Type') ?? '')) {
    const message = `the value of the parameter ${name} is in Parameter Store under ${quote(textOf(fallback) ?? '')}, which is not emulated`;
    const hint = `Give the value: --parameter ${name}=value, or Metadata.Airlock.LocalParameters.${name}`;
    problems.reportParameter(fallback.at, message, hint);
    return null;
  }
  if (fallback !== null) return foundIn(fallback, 'Default', problems);
  const description = textAt(node, 'Description');
  const what = description === null ? '' : ` (${description})`;
  problems.reportParameter(node.at, `the parameter ${name}${what} has no value`, `Give it: --parameter ${name}=value`);
  return null;
}

function foundIn(node: TemplateNode, origin: string, problems: Problems): FoundValue | null {
  const single = textOf(node);
  const joined = node.kind === 'list' && node.items.every((item) => item.kind === 'scalar') ? node.items.map(textOf).join(',') : null;
  const value = single ?? joined;
  if (value !== null) return { value, origin, at: node.at };
  if (node.kind !== 'invalid') problems.report(node.at, `a parameter's ${origin} must be a text or a list of texts`, 'No functions here.');
  return null;
}

function shownValue(value: string, node: MapNode): string {
  return flagAt(node, 'NoEcho') === true ? '****' : value;
}

function isList(type: string): boolean {
  return type === 'CommaDelimitedList' || type.startsWith('List<') || /^AWS::SSM::Parameter::Value<(List<|CommaDelimitedList)/.test(type);
}

function valueNode(value: string, node: MapNode): TemplateNode {
  const type = textAt(node, 'Type') ?? 'String';
  if (!isList(type)) return scalarNode(value, node.at);
  const items = value === '' ? [] : value.split(',').map((item) => item.trim());
  return textListNode(items, node.at);
}

/** Why CloudFormation would refuse the value; none when it takes it. */
function violations(value: string, node: MapNode): string[] {
  const type = textAt(node, 'Type') ?? 'String';
  // Of these CloudFormation checks the name in Parameter Store, and what is given here is the value.
  if (isSsmValue(type)) return [];
  // Of a list each element is checked by itself.
  const elements = isList(type) ? value.split(',').map((item) => item.trim()) : [value];
  return [...new Set(elements.flatMap((element) => [...elementViolations(element, type, node)]))];
}

function* elementViolations(element: string, type: string, node: MapNode): Generator<string> {
  const allowed = textsAt(node, 'AllowedValues');
  if (itemsAt(node, 'AllowedValues').length > 0 && !allowed.includes(element)) yield `must be one of ${allowed.map(quote).join(', ')}`;
  const pattern = textAt(node, 'AllowedPattern');
  if (pattern !== null) {
    const expression = anchored(pattern);
    if (expression === null) yield `AllowedPattern ${pattern} is no regular expression`;
    else if (!expression.test(element)) yield `must match ${pattern}`;
  }
  const minLength = numberAt(node, 'MinLength');
  const maxLength = numberAt(node, 'MaxLength');
  if (minLength !== null && element.length < minLength) yield `must have at least ${minLength} characters`;
  if (maxLength !== null && element.length > maxLength) yield `must have at most ${maxLength} characters`;
  if (!type.includes('Number')) return;
  const number = Number(element);
  if (element.trim() === '' || !Number.isFinite(number)) {
    yield 'must be a number';
    return;
  }
  const minValue = numberAt(node, 'MinValue');
  const maxValue = numberAt(node, 'MaxValue');
  if (minValue !== null && number < minValue) yield `must be at least ${minValue}`;
  if (maxValue !== null && number > maxValue) yield `must be at most ${maxValue}`;
}

/** CloudFormation wants the whole value to match. */
function anchored(pattern: string): RegExp | null {
  try {
    return new RegExp(`^(?:${pattern})$`);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
