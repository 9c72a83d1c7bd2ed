// NextToken of a listing: where the last page ended, and for which question. It is no secret; what it says is checked as any input.
import { createHash } from 'node:crypto';

/** Order of a listing: first by what was asked for, then by name, which is unique. */
export type PagePosition = readonly [sortValue: string, name: string];

export function writePageToken(question: unknown, position: PagePosition): string {
  return Buffer.from(JSON.stringify([digestOf(question), ...position])).toString('base64url');
}

/** Null for a token that is none, or that belongs to another question. */
export function readPageToken(question: unknown, token: string): PagePosition | null {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  if (!Array.isArray(parts) || parts.length !== 3) return null;
  const [digest, sortValue, name] = parts as readonly unknown[];
  return digest === digestOf(question) && typeof sortValue === 'string' && typeof name === 'string' ? [sortValue, name] : null;
}

function digestOf(question: unknown): string {
  return createHash('sha256').update(JSON.stringify(question)).digest('base64url').slice(0, 16);
}
