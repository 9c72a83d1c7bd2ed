// Finds the names that a value refers to. Used to refuse names that do not exist and to order resources; resolves nothing.
import type { SourceLocation } from './deployment.ts';
import { textOf } from './node-access.ts';
import { piecesOf } from './sub-text.ts';
import type { TemplateNode } from './template-node.ts';

export interface Reference {
  readonly by: 'Ref' | 'Fn::GetAtt' | 'Fn::Sub' | 'Condition';
  readonly name: string;
  readonly at: SourceLocation;
}

export interface WalkOptions {
  /** Given: only the branch of Fn::If that is taken is walked. */
  readonly conditions?: ReadonlyMap<string, boolean>;
  /** In Conditions and Rules `{ Condition: Name }` is a function; elsewhere it is data, e.g. in an IAM statement. */
  readonly inConditions?: boolean;
}

export function referencesIn(node: TemplateNode, options: WalkOptions = {}): readonly Reference[] {
  const found: Reference[] = [];
  walk(node);
  return found;

  function walk(current: TemplateNode): void {
    if (current.kind === 'list') for (const item of current.items) walk(item);
    if (current.kind !== 'map') return;
    for (const [name, entry] of current.entries) {
      const isFunction = current.entries.size === 1 && walkFunction(name, entry.value);
      if (!isFunction) walk(entry.value);
    }
  }

  /** True when the function's argument needs no further walk. */
  function walkFunction(name: string, argument: TemplateNode): boolean {
    switch (name) {
      case 'Ref':
        return addName('Ref', argument);
      case 'Condition':
        return options.inConditions === true && addName('Condition', argument);
      case 'Fn::GetAtt':
        return walkGetAtt(argument);
      case 'Fn::Sub':
        return walkSub(argument);
      case 'Fn::If':
        return walkIf(argument);
      default:
        return false;
    }
  }

  function addName(by: Reference['by'], argument: TemplateNode): boolean {
    const name = textOf(argument);
    if (name !== null) found.push({ by, name, at: argument.at });
    return name !== null;
  }

  function walkGetAtt(argument: TemplateNode): boolean {
    if (argument.kind === 'list') {
      const [first, second] = argument.items;
      if (second !== undefined) walk(second);
      return first !== undefined && addName('Fn::GetAtt', first);
    }
    const name = textOf(argument)?.split('.')[0];
    if (name !== undefined) found.push({ by: 'Fn::GetAtt', name, at: argument.at });
    return true;
  }

  function walkSub(argument: TemplateNode): boolean {
    const [textNode, variables] = argument.kind === 'list' ? argument.items : [argument];
    const own = variables?.kind === 'map' ? variables.entries : new Map();
    for (const entry of own.values()) walk(entry.value);
    for (const piece of piecesOf(textOf(textNode) ?? '')) {
      if (!('name' in piece) || own.has(piece.name)) continue;
      const [name = '', attribute] = piece.name.split('.', 2);
      found.push({ by: attribute === undefined ? 'Fn::Sub' : 'Fn::GetAtt', name, at: textNode?.at ?? argument.at });
    }
    return true;
  }

  function walkIf(argument: TemplateNode): boolean {
    if (argument.kind !== 'list') return false;
    const [condition, whenTrue, whenFalse] = argument.items;
    const name = textOf(condition);
    if (condition !== undefined && name !== null) found.push({ by: 'Condition', name, at: condition.at });
    const taken = options.conditions === undefined || name === null ? undefined : options.conditions.get(name);
    if (whenTrue !== undefined && taken !== false) walk(whenTrue);
    if (whenFalse !== undefined && taken !== true) walk(whenFalse);
    return true;
  }
}
