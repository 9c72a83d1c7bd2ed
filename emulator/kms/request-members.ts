// Reads the JSON members of a KMS request. Every getter notes what is wrong and goes on, so that one answer names all of it, as AWS does.
import { type AwsFault, fault } from '../aws/fault.ts';
import { constraintSentence, validationMessage } from '../aws/validation-message.ts';
import type { EncryptionContext } from './ciphertext.ts';

export interface RequestMembers {
  /** '' when absent or wrong; `fault()` tells. */
  text(name: string, rules: { required: boolean; lengthMax: number }): string;
  /** One of `values`, or `fallback`; without a fallback it is required. */
  choice<T extends string>(name: string, values: readonly T[], fallback?: T): T;
  /** Base64 on the wire. */
  blob(name: string, rules: { lengthMax: number }): Buffer;
  integer(name: string, rules: { min: number; max: number }): number | null;
  flag(name: string): boolean;
  encryptionContext(): EncryptionContext;
  has(name: string): boolean;
  /** Null when everything read so far was well formed. */
  fault(): AwsFault | null;
}

/** Text of the constraints: the form is [V], those not recorded are [M]. Values are not repeated where they could be data. */
export function readMembers(members: Readonly<Record<string, unknown>>): RequestMembers {
  const violations: string[] = [];
  const misfits: string[] = [];
  const violate = (name: string, constraint: string, value?: string | number | null) => {
    const shown = value === undefined ? 'Value' : value === null ? 'Value null' : `Value '${value}'`;
    violations.push(constraintSentence(shown, name, constraint));
  };
  const has = (name: string) => members[name] !== undefined && members[name] !== null;
  const requireText = (name: string): string | null => {
    const value = members[name];
    if (!has(name)) violate(name, 'Member must not be null', null);
    else if (typeof value !== 'string') misfits.push(name);
    else return value;
    return null;
  };
  return {
    has,
    text(name, { required, lengthMax }) {
      if (!required && !has(name)) return '';
      const value = requireText(name);
      if (value === null) return '';
      if (value.length < 1) violate(name, 'Member must have length greater than or equal to 1', value);
      if (value.length > lengthMax) violate(name, `Member must have length less than or equal to ${lengthMax}`);
      return value;
    },
    choice<T extends string>(name: string, values: readonly T[], fallback?: T): T {
      const first = fallback ?? values[0];
      if (first === undefined) throw new RangeError('A choice needs values');
      if (fallback !== undefined && !has(name)) return fallback;
      const value = requireText(name);
      const chosen = values.find((candidate) => candidate === value);
      if (value !== null && chosen === undefined) {
        violate(name, `Member must satisfy enum value set: [${values.join(', ')}]`, value.slice(0, 64));
      }
      return chosen ?? first;
    },
    blob(name, { lengthMax }) {
      const value = requireText(name);
      if (value === null) return Buffer.alloc(0);
      if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value)) misfits.push(name);
      const bytes = Buffer.from(value, 'base64');
      if (bytes.length < 1) violate(name, 'Member must have length greater than or equal to 1');
      if (bytes.length > lengthMax) violate(name, `Member must have length less than or equal to ${lengthMax}`);
      return bytes;
    },
    integer(name, { min, max }) {
      if (!has(name)) return null;
      const value = members[name];
      if (typeof value !== 'number' || !Number.isInteger(value)) {
        misfits.push(name);
        return null;
      }
      if (value < min) violate(name, `Member must have value greater than or equal to ${min}`, value);
      if (value > max) violate(name, `Member must have value less than or equal to ${max}`, value);
      return value;
    },
    flag(name) {
      if (has(name) && typeof members[name] !== 'boolean') misfits.push(name);
      return members[name] === true;
    },
    encryptionContext() {
      const value = members.EncryptionContext;
      if (value === undefined || value === null) return {};
      if (isTextMap(value)) return value;
      misfits.push('EncryptionContext');
      return {};
    },
    fault() {
      if (misfits.length > 0) return fault(400, 'SerializationException', `Members of another type than expected: ${misfits.join(', ')}`);
      if (violations.length === 0) return null;
      return fault(400, 'ValidationException', validationMessage(violations));
    },
  };
}

function isTextMap(value: unknown): value is Readonly<Record<string, string>> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every((item) => typeof item === 'string')
  );
}
