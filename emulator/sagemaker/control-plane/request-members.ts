// Reads the JSON members of a request to SageMaker's control plane. What is wrong is noted, so that one answer names all of it, as AWS does.
import { type AwsFault, fault } from '../../aws/fault.ts';
import { constraintSentence, validationMessage } from '../../aws/validation-message.ts';

export interface TextRules {
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
  integer(name: string, range: { readonly min: number; readonly max: number }): number | null;
  /** Seconds since 1970. */
  time(name: string): number | null;
  /** Null when everything read so far was well formed. */
  fault(): AwsFault | null;
}

/** Longer values are not repeated in a message. Ours. */
const shownLengthMax = 128;

/** Form of the constraints as other JSON services have it; that SageMaker's control plane says the same is [M]. */
export function readMembers(members: Readonly<Record<string, unknown>>): RequestMembers {
  const violations: string[] = [];
  let misfit: string | null = null;
  const violate = (name: string, constraint: string, value: string | number | null) => {
    const shown = value === null ? 'Value null' : String(value).length > shownLengthMax ? 'Value' : `Value '${value}'`;
    violations.push(constraintSentence(shown, name, constraint));
  };
  const given = (name: string): unknown => (Object.hasOwn(members, name) ? (members[name] ?? null) : null);
  const misfits = (value: unknown, wanted: string) => {
    misfit ??= `${tokenOf(value)} can not be converted to ${wanted}`;
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
  const text = (name: string, { lengthMax, pattern }: TextRules): string | null => {
    const value = textAt(name);
    if (value === null) return null;
    const count = violations.length;
    if (value.length > lengthMax) violate(name, `Member must have length less than or equal to ${lengthMax}`, value);
    // Only a text of limited length is matched.
    else if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test(value)) {
      violate(name, `Member must satisfy regular expression pattern: ${pattern}`, value);
    }
    return violations.length === count ? value : null;
  };
  return {
    text,
    requiredText(name, rules) {
      if (given(name) === null) violate(name, 'Member must not be null', null);
      return text(name, rules) ?? '';
    },
    choice<T extends string>(name: string, values: readonly T[]) {
      const value = textAt(name);
      if (value === null) return null;
      const chosen = values.find((candidate) => candidate === value) ?? null;
      if (chosen === null) violate(name, `Member must satisfy enum value set: [${values.join(', ')}]`, value);
      return chosen;
    },
    integer(name, { min, max }) {
      const value = numberAt(name, 'an Integer');
      if (value === null) return null;
      if (!Number.isInteger(value)) return misfits(value, 'an Integer');
      if (value < min) violate(name, `Member must have value greater than or equal to ${min}`, value);
      if (value > max) violate(name, `Member must have value less than or equal to ${max}`, value);
      return value;
    },
    time: (name) => numberAt(name, 'a Timestamp'),
    fault() {
      if (misfit !== null) return fault(400, 'SerializationException', misfit);
      if (violations.length === 0) return null;
      return fault(400, 'ValidationException', validationMessage(violations));
    },
  };
}

/** As AWS's parser calls what it met [M]. */
function tokenOf(value: unknown): string {
  if (typeof value === 'object') return Array.isArray(value) ? 'START_ARRAY' : 'START_OBJECT';
  return typeof value === 'boolean' ? `${String(value).toUpperCase()}_VALUE` : `${(typeof value).toUpperCase()}_VALUE`;
}
