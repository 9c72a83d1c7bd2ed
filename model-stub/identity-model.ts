// The model itself: one record in, one result out, the same answer for ever. README.md explains the numbers.
import { createHmac, createSecretKey } from 'node:crypto';
import { type Artifact, type IdentifierKind, identifierKey } from './artifact.ts';
import { normaliseEmail } from './normalise-email.ts';
import { normalisePhone } from './normalise-phone.ts';

/** What a caller may send; anything else in a record is ignored. Values of another type count as invalid. */
export interface InputRecord {
  readonly id?: unknown;
  readonly email?: unknown;
  readonly phone?: unknown;
  readonly country?: unknown;
}

export interface ResolvedRecord {
  readonly id: string | number | null;
  readonly personId: string | null;
  readonly confidence: number;
  /** The identifiers that the reference graph knows as this person's. */
  readonly matchedOn: readonly IdentifierKind[];
  readonly reason: Reason | null;
}

type Reason =
  | 'NO_IDENTIFIER'
  | 'NO_VALID_IDENTIFIER'
  | 'INVALID_EMAIL'
  | 'INVALID_PHONE'
  | 'UNKNOWN_COUNTRY'
  | 'CONFLICTING_IDENTIFIERS'
  | 'NOT_IN_GRAPH';

/** The e-mail address decides where both could: numbers are handed on to other people, addresses hardly ever. */
const confidences = {
  bothAgree: 0.995,
  emailOnly: 0.95,
  phoneOnly: 0.9,
  /** One is known, the other is valid and new to the graph: may be a new number, may be somebody else's. */
  emailAndNewPhone: 0.93,
  phoneAndNewEmail: 0.86,
  conflict: 0.55,
  newEmail: 0.6,
  newPhone: 0.5,
} as const;

export interface IdentityModel {
  resolve(record: InputRecord): ResolvedRecord;
}

/** `customerScope` replaces the artifact's where given. */
export function createIdentityModel(artifact: Artifact, customerScope: string = artifact.customerScope): IdentityModel {
  const scopedKey = createSecretKey(createHmac('sha256', artifact.personKey).update(`scope:${customerScope}`).digest());
  const personIdOf = (subject: string) => `prs_${createHmac('sha256', scopedKey).update(subject).digest('base64url').slice(0, 32)}`;
  const nodeOf = (kind: IdentifierKind, normalised: string | null) =>
    normalised === null ? undefined : artifact.graph.get(identifierKey(artifact.graphKey, kind, normalised));

  return {
    resolve(record) {
      const id = typeof record.id === 'string' || typeof record.id === 'number' ? record.id : null;
      const { email, phone, problem } = readIdentifiers(record);
      if (email === null && phone === null) return { id, personId: null, confidence: 0, matchedOn: [], reason: problem };
      const emailNode = nodeOf('email', email);
      const phoneNode = nodeOf('phone', phone);
      const node = emailNode ?? phoneNode;
      if (node === undefined) {
        const personId = email === null ? personIdOf(`phone:${phone}`) : personIdOf(`email:${email}`);
        const confidence = email === null ? confidences.newPhone : confidences.newEmail;
        return { id, personId, confidence, matchedOn: [], reason: problem ?? 'NOT_IN_GRAPH' };
      }
      const matchedOn: IdentifierKind[] = [];
      if (emailNode === node) matchedOn.push('email');
      if (phoneNode === node) matchedOn.push('phone');
      const conflict = emailNode !== undefined && phoneNode !== undefined && emailNode !== phoneNode;
      return {
        id,
        personId: personIdOf(`node:${node}`),
        confidence: conflict ? confidences.conflict : confidenceOf(matchedOn, email !== null && phone !== null),
        matchedOn,
        reason: conflict ? 'CONFLICTING_IDENTIFIERS' : problem,
      };
    },
  };
}

function confidenceOf(matchedOn: readonly IdentifierKind[], bothValid: boolean): number {
  if (matchedOn.length === 2) return confidences.bothAgree;
  if (matchedOn[0] === 'email') return bothValid ? confidences.emailAndNewPhone : confidences.emailOnly;
  return bothValid ? confidences.phoneAndNewEmail : confidences.phoneOnly;
}

interface Identifiers {
  readonly email: string | null;
  readonly phone: string | null;
  /** What is wrong with the record as it was sent, also where the other identifier was enough. */
  readonly problem: Reason | null;
}

function readIdentifiers(record: InputRecord): Identifiers {
  const hasEmail = isGiven(record.email);
  const hasPhone = isGiven(record.phone);
  const email = typeof record.email === 'string' ? normaliseEmail(record.email) : null;
  const phone = typeof record.phone === 'string' ? normalisePhone(record.phone, asCountry(record.country)) : null;
  const e164 = phone?.kind === 'valid' ? phone.e164 : null;
  const emailProblem = hasEmail && email === null ? 'INVALID_EMAIL' : null;
  const phoneProblem = hasPhone && e164 === null ? (phone?.kind === 'unknownCountry' ? 'UNKNOWN_COUNTRY' : 'INVALID_PHONE') : null;
  if (!hasEmail && !hasPhone) return { email: null, phone: null, problem: 'NO_IDENTIFIER' };
  if (emailProblem && phoneProblem) return { email: null, phone: null, problem: 'NO_VALID_IDENTIFIER' };
  return { email, phone: e164, problem: emailProblem ?? phoneProblem };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && !(typeof value === 'string' && value.trim() === '');
}

function asCountry(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}
