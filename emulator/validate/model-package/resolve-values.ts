// A template's functions -> values, as far as the template alone says them: defaults of parameters, names of the account and Region.
import { mapAt, textAt, textOf, valueAt } from '../../template/node-access.ts';
import { piecesOf } from '../../template/sub-text.ts';
import { invalidNode, type MapEntry, type MapNode, scalarNode, type TemplateNode, textListNode } from '../../template/template-node.ts';

export interface ResolvedValues {
  readonly node: TemplateNode;
  /** Places of values that only a deployment has, as `InferenceSpecification.Containers[0].Image`. */
  readonly unknown: readonly string[];
}

/** Of nobody: which account and Region it will be is not known, only that it is one. */
const pseudoParameters: ReadonlyMap<string, string> = new Map([
  ['AWS::AccountId', '111111111111'],
  ['AWS::Partition', 'aws'],
  ['AWS::Region', 'us-east-1'],
  ['AWS::StackName', 'stack'],
  ['AWS::URLSuffix', 'amazonaws.com'],
]);

/** What cannot be known becomes an invalid node, which readers pass over; Ref AWS::NoValue takes its key away. */
export function resolveValues(given: TemplateNode, template: TemplateNode): ResolvedValues {
  const parameters = mapAt(template, 'Parameters');
  const unknown: string[] = [];
  return { node: resolve(given) ?? invalidNode(given.at), unknown };

  function resolve(node: TemplateNode): TemplateNode | null {
    if (node.kind === 'list') return { ...node, items: node.items.flatMap((item) => resolve(item) ?? []) };
    if (node.kind !== 'map') return node;
    const call = functionOf(node);
    if (call === null) return { ...node, entries: new Map([...node.entries].flatMap(([name, entry]) => resolveEntry(name, entry))) };
    if (call.name === 'Ref' && textOf(call.argument) === 'AWS::NoValue') return null;
    const value = valueOfCall(call);
    if (value !== null) return Array.isArray(value) ? textListNode(value, node.at) : scalarNode(value as string, node.at);
    unknown.push(node.at.path);
    return invalidNode(node.at);
  }

  function resolveEntry(name: string, entry: MapEntry): readonly [string, MapEntry][] {
    const value = resolve(entry.value);
    return value === null ? [] : [[name, { ...entry, value }]];
  }

  function valueOfCall({ name, argument }: FunctionCall): string | readonly string[] | null {
    if (name === 'Ref') return parameter(textOf(argument) ?? '');
    if (name === 'Fn::Sub') return substituted(textOf(argument));
    return null;
  }

  function parameter(name: string): string | readonly string[] | null {
    const pseudo = pseudoParameters.get(name);
    if (pseudo !== undefined) return pseudo;
    const declared = mapAt(parameters, name);
    const value = textAt(declared, 'Default');
    if (value === null || value === '') return null;
    const type = textAt(declared, 'Type') ?? 'String';
    return type === 'CommaDelimitedList' || type.startsWith('List<') ? value.split(',').map((item) => item.trim()) : value;
  }

  function substituted(text: string | null): string | null {
    if (text === null) return null;
    const pieces = piecesOf(text).map((piece) => ('literal' in piece ? piece.literal : parameter(piece.name)));
    return pieces.every((piece) => typeof piece === 'string') ? pieces.join('') : null;
  }
}

/** Behind every Fn::If on the way: what the value may be. */
export function branchesOf(node: TemplateNode | null): readonly TemplateNode[] {
  if (node === null) return [];
  const call = node.kind === 'map' ? functionOf(node) : null;
  if (call?.name !== 'Fn::If' || call.argument.kind !== 'list') return [node];
  return call.argument.items
    .slice(1)
    .flatMap(branchesOf)
    .filter((branch) => textOf(valueAt(branch, 'Ref')) !== 'AWS::NoValue');
}

interface FunctionCall {
  readonly name: string;
  readonly argument: TemplateNode;
}

function functionOf(node: MapNode): FunctionCall | null {
  const [first, ...others] = node.entries;
  if (first === undefined || others.length > 0) return null;
  const [name, { value }] = first;
  return name === 'Ref' || name.startsWith('Fn::') ? { name, argument: value } : null;
}
