// Reads the JSON members of a request to SageMaker's control plane. What is wrong is noted, so that one answer names all of it, as AWS does.
import { type AwsFault, fault } from '../../aws/fault.ts';
import { constraintSentence, validationMessage } from '../../aws/validation-message.ts';

export interface TextRules {
  /** Default 0. */
  readonly lengthMin?: number;
  readonly lengthMax: number;
  /** Of the whole text, without anchors, as AWS's messages show it. */
  readonly pattern?: string;
}

export interface RequestMembers {
  /** '' when absent or wrong; `fault()` tells. */
  requiredText(name: string, rules: TextRules): string;
  /** Null when absent or wrong. */
  text(name: string, rules: TextRules): string | null;
  choice<T extends string>(name: string, values: readonly T[]): T | null;
  requiredChoice<T extends string>(name: string, values: readonly [T, ...T[]]): T;
  integer(name: string, range: { readonly min: number; readonly max?: number }): number | null;
  /** The least allowed when absent or wrong. */
  requiredInteger(name: string, range: { readonly min: number; readonly max?: number }): number;
  boolean(name: string): boolean | null;
  /** Its violations are told together with the others, by their path. Null when absent or wrong. */
  object(name: string): RequestMembers | null;
  /** An empty one when absent or wrong. */
  requiredObject(name: string): RequestMembers;
  /** Null when absent or wrong; `rules` of each value. */
  textMap(
    name: string,
    rules: { readonly entriesMax: number; readonly key: TextRules; readonly value: TextRules },
  ): Readonly<Record<string, string>> | null;
  /** Null when absent or wrong. */
  list(name: string, rules: { readonly lengthMax: number }): readonly RequestMembers[] | null;
  /** Seconds since 1970. */
  time(name: string): number | null;
  /** Null when everything read so far was well formed. */
  fault(): AwsFault | null;
}

/** Longer values are not repeated in a message. Ours. */
const shownLengthMax = 128;

/** Form of the constraints as other JSON services have it; that SageMaker's control plane says the same is [M]. */
export function readMembers(members: Readonly<Record<string, unknown>>): RequestMembers {
  return readAt(members, '', { violations: [], misfit: null });
}

/** Of the whole request. */
interface Findings {
  readonly violations: string[];
  misfit: string | null;
}

function readAt(members: Readonly<Record<string, unknown>>, path: string, found: Findings): RequestMembers {
  const { violations } = found;
  const pathOf = (name: string) => `${path}${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  const violate = (name: string, constraint: string, value: string | number | null) => {
    const shown = value === null ? 'Value null' : String(value).length > shownLengthMax ? 'Value' : `Value '${value}'`;
    violations.push(constraintSentence(shown, pathOf(name), constraint));
  };
  const given = (name: string): unknown => (Object.hasOwn(members, name) ? (members[name] ?? null) : null);
  const misfits = (value: unknown, wanted: string) => {
    found.misfit ??= `${tokenOf(value)} can not be converted to ${wanted}`;
    return null;
  };
  const textAt = (name: string): string | null => {
    const value = given(name);
    return value === null || typeof value === 'string' ? value : misfits(value, 'a String');
  };
  const numberAt = (name: string, wanted: string): number | null => {
    const value = given(name);
    return value === null || typeof value === 'number' ? value : misfits(value, wanted);
  };
  const text = (name: string, rules: TextRules): string | null => {
    const value = textAt(name);
    const broken = value === null ? null : brokenRule(value, rules);
    if (broken === null) return value;
    violate(name, broken, value);
    return null;
  };
  const choice = <T extends string>(name: string, values: readonly T[]): T | null => {
    const value = textAt(name);
    if (value === null) return null;
    const chosen = values.find((candidate) => candidate === value) ?? null;
    if (chosen === null) violate(name, `Member must satisfy enum value set: [${values.join(', ')}]`, value);
    return chosen;
  };
  const integer = (name: string, { min, max }: { readonly min: number; readonly max?: number }): number | null => {
    const value = numberAt(name, 'an Integer');
    if (value === null) return null;
    if (!Number.isInteger(value)) return misfits(value, 'an Integer');
    if (value < min) violate(name, `Member must have value greater than or equal to ${min}`, value);
    if (max !== undefined && value > max) violate(name, `Member must have value less than or equal to ${max}`, value);
    return value;
  };
  const objectAt = (name: string): Readonly<Record<string, unknown>> | null => {
    const value = given(name);
    return value === null || isObject(value) ? value : misfits(value, 'an Object');
  };
  const demand = (name: string) => {
    if (given(name) === null) violate(name, 'Member must not be null', null);
  };
  return {
    text,
    requiredText(name, rules) {
      demand(name);
      return text(name, rules) ?? '';
    },
    choice,
    requiredChoice(name, values) {
      demand(name);
      return choice(name, values) ?? values[0];
    },
    boolean(name) {
      const value = given(name);
      return value === null || typeof value === 'boolean' ? value : misfits(value, 'a Boolean');
    },
    object(name) {
      const value = objectAt(name);
      return value === null ? null : readAt(value, `${pathOf(name)}.`, found);
    },
    requiredObject(name) {
      demand(name);
      return readAt(objectAt(name) ?? {}, `${pathOf(name)}.`, objectAt(name) === null ? { violations: [], misfit: null } : found);
    },
    textMap(name, { entriesMax, key, value }) {
      const entries = objectAt(name);
      if (entries === null) return null;
      const names = Object.keys(entries);
      if (names.length > entriesMax) violate(name, `Member must have length less than or equal to ${entriesMax}`, null);
      const inside = readAt(entries, `${pathOf(name)}.`, found);
      for (const each of names) {
        const broken = brokenRule(each, key);
        // [M] how a map's key is spoken of.
        if (broken !== null) violate(name, `Map keys must satisfy constraint: [${broken}]`, each);
      }
      return Object.fromEntries(names.slice(0, entriesMax).map((each) => [each, inside.text(each, value) ?? '']));
    },
    list(name, { lengthMax }) {
      const value = given(name);
      if (value === null) return null;
      if (!Array.isArray(value)) return misfits(value, 'a List');
      if (value.length > lengthMax) violate(name, `Member must have length less than or equal to ${lengthMax}`, null);
      return value
        .slice(0, lengthMax)
        .map((each: unknown, index) =>
          readAt(isObject(each) ? each : (misfits(each, 'an Object') ?? {}), `${pathOf(name)}.${index + 1}.member.`, found),
        );
    },
    integer,
    requiredInteger(name, range) {
      demand(name);
      return integer(name, range) ?? range.min;
    },
    time: (name) => numberAt(name, 'a Timestamp'),
    fault() {
      if (found.misfit !== null) return fault(400, 'SerializationException', found.misfit);
      if (violations.length === 0) return null;
      return fault(400, 'ValidationException', validationMessage(violations));
    },
  };
}

function brokenRule(value: string, { lengthMin = 0, lengthMax, pattern }: TextRules): string | null {
  if (value.length < lengthMin) return `Member must have length greater than or equal to ${lengthMin}`;
  if (value.length > lengthMax) return `Member must have length less than or equal to ${lengthMax}`;
  // Only a text of limited length is matched.
  if (pattern === undefined || new RegExp(`^(?:${pattern})$`, 'u').test(value)) return null;
  return `Member must satisfy regular expression pattern: ${pattern}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** As AWS's parser calls what it met [M]. */
function tokenOf(value: unknown): string {
  if (typeof value === 'object') return Array.isArray(value) ? 'START_ARRAY' : 'START_OBJECT';
  return typeof value === 'boolean' ? `${String(value).toUpperCase()}_VALUE` : `${(typeof value).toUpperCase()}_VALUE`;
}
