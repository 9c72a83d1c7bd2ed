// The two kinds of file in contracts/verifications/, as data, and their names. They are committed, so they hold no time, no value of an
// answer, and come out the same for the same result.
import { ContractError } from '../contract-error.ts';

/** `<consumer>--<provider>--<providerVersion>.json`: what a version of a provider was found to do. */
export interface VerificationsFile {
  readonly schema: 1;
  readonly consumer: string;
  readonly provider: string;
  readonly providerVersion: string;
  /** One a pact content, ordered by its fingerprint. */
  readonly results: readonly VerificationResult[];
}

export interface VerificationResult {
  /** See pactFingerprint. */
  readonly pactSha256: string;
  readonly ok: boolean;
  readonly interactions: readonly RecordedInteraction[];
}

export interface RecordedInteraction {
  readonly description: string;
  readonly providerStates: readonly string[];
  readonly ok: boolean;
  /** Place and kind only; see mismatchWithoutValues. */
  readonly mismatches: readonly string[];
}

/** `<consumer>--<provider>.versions.json`: which contract each version of the consumer has, in the order of publication. */
export interface VersionsFile {
  readonly schema: 1;
  readonly consumer: string;
  readonly provider: string;
  readonly versions: readonly PublishedVersion[];
}

export interface PublishedVersion {
  readonly version: string;
  readonly pactSha256: string;
}

/** Everything recorded about one pair of consumer and provider. */
export interface PairRecords {
  readonly consumer: string;
  readonly provider: string;
  readonly versions: readonly PublishedVersion[];
  readonly verifications: readonly VerificationsFile[];
}

export function verificationsFileName(pair: { consumer: string; provider: string }, providerVersion: string): string {
  return fileName([pair.consumer, pair.provider, providerVersion], '.json');
}

export function versionsFileName(pair: { consumer: string; provider: string }): string {
  return fileName([pair.consumer, pair.provider], '.versions.json');
}

/** Which kind a file is, from its name alone; null: none of ours. The names in it are read from its content. */
export function kindOfFile(name: string): 'verifications' | 'versions' | null {
  if (name.startsWith('.') || !name.endsWith('.json')) return null;
  const parts = name.split('--').length;
  if (parts === 3) return 'verifications';
  return parts === 2 && name.endsWith('.versions.json') ? 'versions' : null;
}

/** Keys sorted, two spaces, one line end: the same record is the same bytes. */
export function recordText(record: VerificationsFile | VersionsFile): string {
  return `${JSON.stringify(record, sortedKeys, 2)}\n`;
}

function sortedKeys(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The usual limit of a file's name, less what a temporary name adds. */
const fileNameBytesMax = 220;

function fileName(parts: readonly string[], ending: string): string {
  const name = parts.map(encoded).join('--') + ending;
  if (name.length <= fileNameBytesMax) return name;
  throw new ContractError(
    'BAD_USAGE',
    `Names and version are too long for a file name: ${name}`,
    'Use a shorter version, such as a commit.',
  );
}

/** Percent-encoded where a file system or the separator `--` minds: a name stays one part, and two names never share a file. */
function encoded(part: string): string {
  const percent = (text: string) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
  return part.replace(/[^A-Za-z0-9._-]/gu, percent).replace(/^[.-]|-$|-(?=-)/g, percent);
}
