// Checks a resolved value against a small description of what CloudFormation documents: known names, required ones, primitive types.
import { didYouMean } from '../did-you-mean.ts';
import type { Problems } from './problems.ts';
import type { MapNode, ScalarNode, TemplateNode } from './template-node.ts';

export type Shape =
  | { readonly kind: 'any' }
  | { readonly kind: 'text'; readonly lengthMax: number; readonly pattern: RegExp | null }
  | { readonly kind: 'number'; readonly whole: boolean; readonly min: number; readonly max: number }
  | { readonly kind: 'flag' }
  | { readonly kind: 'oneOf'; readonly values: readonly string[] }
  /** A map, or a text that holds JSON. */
  | { readonly kind: 'json' }
  | { readonly kind: 'list'; readonly item: Shape }
  | { readonly kind: 'mapOf'; readonly value: Shape; readonly keys: KeyRule | null }
  /** For shapes that hold themselves, and for rules that no other kind can say. */
  | { readonly kind: 'checked'; readonly check: (node: TemplateNode, problems: Problems) => void }
  | ObjectShape;

export interface ObjectShape {
  readonly kind: 'object';
  readonly required: readonly string[];
  readonly properties: ReadonlyMap<string, Shape>;
  /** Further names that may stand here with any value. */
  readonly open: RegExp | null;
  /** What a name is called in messages. */
  readonly what: string;
}

/** What the keys of a map must look like. */
export interface KeyRule {
  readonly pattern: RegExp;
  /** e.g. "a media type" */
  readonly what: string;
  readonly example: string;
}

export const any: Shape = { kind: 'any' };
export const json: Shape = { kind: 'json' };
export const flag: Shape = { kind: 'flag' };
export const text: Shape = { kind: 'text', lengthMax: Number.POSITIVE_INFINITY, pattern: null };
export const integer: Shape = wholeNumber(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
export const decimal: Shape = { kind: 'number', whole: false, min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY };
export const texts: Shape = listOf(text);

export function textLike(pattern: RegExp | null, lengthMax: number): Shape {
  return { kind: 'text', pattern, lengthMax };
}
export function wholeNumber(min: number, max: number): Shape {
  return { kind: 'number', whole: true, min, max };
}
export function oneOf(...values: readonly string[]): Shape {
  return { kind: 'oneOf', values };
}
export function listOf(item: Shape): Shape {
  return { kind: 'list', item };
}
export function mapOf(value: Shape, keys: KeyRule | null = null): Shape {
  return { kind: 'mapOf', value, keys };
}
export function checked(check: (node: TemplateNode, problems: Problems) => void): Shape {
  return { kind: 'checked', check };
}
export function object(required: Readonly<Record<string, Shape>>, optional: Readonly<Record<string, Shape>> = {}): ObjectShape {
  const properties = new Map(Object.entries({ ...required, ...optional }));
  return { kind: 'object', required: Object.keys(required), properties, open: null, what: 'property' };
}
export const tags: Shape = listOf(object({ Key: text }, { Value: text }));

/** Reports each value that is not as described. */
export function checkShape(node: TemplateNode, shape: Shape, problems: Problems): void {
  if (node.kind === 'invalid' || shape.kind === 'any') return;
  if (shape.kind === 'checked') {
    shape.check(node, problems);
  } else if (shape.kind === 'list') {
    if (node.kind === 'list') for (const item of node.items) checkShape(item, shape.item, problems);
    else reportKind(node, 'a list', problems);
  } else if (shape.kind === 'mapOf') {
    if (node.kind === 'map') checkEntries(node, shape.value, shape.keys, problems);
    else reportKind(node, 'a map', problems);
  } else if (shape.kind === 'object') {
    if (node.kind === 'map') checkObject(node, shape, problems);
    else reportKind(node, 'a map', problems);
  } else if (shape.kind === 'json') {
    const fitsJson = node.kind === 'map' || (node.kind === 'scalar' && typeof node.value === 'string');
    if (!fitsJson) reportKind(node, 'a map', problems);
  } else if (node.kind !== 'scalar' || node.value === null) {
    reportKind(node, wanted(shape), problems);
  } else if (!fits(node, shape)) {
    problems.report(node.at, `must be ${wanted(shape)}, but is ${quote(node.text)}`);
  }
}

function checkEntries(node: MapNode, value: Shape, keys: KeyRule | null, problems: Problems): void {
  for (const [name, entry] of node.entries) {
    if (keys !== null && !keys.pattern.test(name)) {
      problems.report(entry.keyAt, `${quote(name)} is not ${keys.what}`, `e.g. ${keys.example}`);
    }
    checkShape(entry.value, value, problems);
  }
}

function checkObject(node: MapNode, shape: ObjectShape, problems: Problems): void {
  const { open } = shape;
  const entries = open === null ? node.entries : new Map([...node.entries].filter(([name]) => !open.test(name)));
  checkNames({ ...node, entries }, shape.properties.keys(), shape.what, problems);
  for (const [name, entry] of node.entries) {
    const property = shape.properties.get(name);
    if (property !== undefined) checkShape(entry.value, property, problems);
  }
  for (const name of shape.required) {
    if (!node.entries.has(name)) problems.report(node.at, `the required ${name} is missing`, `Add ${name}.`);
  }
}

/** Reports each key that is not one of the known names, with the nearest known one. */
export function checkNames(node: MapNode, known: Iterable<string>, what: string, problems: Problems): void {
  const names = [...known];
  for (const [name, entry] of node.entries) {
    if (names.includes(name)) continue;
    const hint = didYouMean(name, names).trim() || `Known here: ${names.slice(0, 30).join(', ')}${names.length > 30 ? ', …' : ''}.`;
    problems.report(entry.keyAt, `unknown ${what} ${name}`, hint);
  }
}

type ScalarShape = Extract<Shape, { kind: 'text' | 'number' | 'flag' | 'oneOf' }>;

function fits(node: ScalarNode, shape: ScalarShape): boolean {
  switch (shape.kind) {
    case 'text':
      return node.text.length <= shape.lengthMax && (shape.pattern === null || shape.pattern.test(node.text));
    case 'flag':
      return ['true', 'false'].includes(node.text.toLowerCase());
    case 'oneOf':
      return shape.values.includes(node.text);
    case 'number': {
      const number = Number(node.text);
      const isNumber = typeof node.value !== 'boolean' && node.text.trim() !== '' && Number.isFinite(number);
      return isNumber && number >= shape.min && number <= shape.max && (!shape.whole || Number.isInteger(number));
    }
  }
}

function wanted(shape: ScalarShape): string {
  switch (shape.kind) {
    case 'flag':
      return 'true or false';
    case 'oneOf':
      return shape.values.length === 1 ? String(shape.values[0]) : `one of ${shape.values.join(', ')}`;
    case 'number': {
      const range = Number.isFinite(shape.min) && Number.isFinite(shape.max) ? ` from ${shape.min} to ${shape.max}` : '';
      const least = Number.isFinite(shape.min) && range === '' ? ` of at least ${shape.min}` : '';
      return `a ${shape.whole ? 'whole ' : ''}number${range}${least}`;
    }
    case 'text': {
      const length = Number.isFinite(shape.lengthMax) ? ` of at most ${shape.lengthMax} characters` : '';
      return `a text${length}${shape.pattern === null ? '' : ` like ${shape.pattern.source}`}`;
    }
  }
}

function reportKind(node: TemplateNode, what: string, problems: Problems): void {
  const found = node.kind === 'scalar' ? (node.value === null ? 'empty' : quote(node.text)) : `a ${node.kind}`;
  problems.report(node.at, `must be ${what}, but is ${found}`);
}

/** A value in a message: short, and no line breaks. */
export function quote(value: string): string {
  const shown = value.length > 60 ? `${value.slice(0, 57)}…` : value;
  return JSON.stringify(shown);
}
