// Where a JSON text is damaged. JSON.parse names the place for some faults only, and goes to any depth.

export interface JsonFault {
  readonly message: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

/** Pact's parser (serde_json) refuses the 128th level. */
const jsonDepthMax = 127;

const numberOrWord = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const escapeInString = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

const spaces: ReadonlySet<string> = new Set([' ', '\t', '\r', '\n']);
const punctuation: ReadonlySet<string> = new Set(['{', '}', '[', ']', ',', ':']);

type Wanted = 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'commaOrEnd' | 'nothing';

export interface JsonScan {
  /** The first fault; undefined where the text is JSON of at most `jsonDepthMax` levels. */
  readonly fault: JsonFault | undefined;
  /** Nothing in it needs a second look: JavaScript would write each number as it stands, and no string has an escape by number. */
  readonly isPlain: boolean;
}

export interface JsonRules {
  /** A name that stands twice in one object is a fault: JSON.parse would silently take the last, as after a bad merge. */
  readonly uniqueNames: boolean;
}

export function scanJson(text: string, { uniqueNames }: JsonRules): JsonScan {
  const open: ('{' | '[')[] = [];
  /** Of the objects that are open. */
  const names: Set<string>[] = [];
  let wanted: Wanted = 'value';
  let isPlain = text.isWellFormed() && !text.includes('\\u');
  let at = 0;
  const faultAt = (message: string): JsonScan => ({ fault: place(text, at, message), isPlain });
  while (at < text.length) {
    const first = text[at] ?? '';
    if (spaces.has(first)) {
      at += 1;
      continue;
    }
    let end = at + 1;
    if (!punctuation.has(first)) {
      end = first === '"' ? stringEnd(text, at) : endBy(numberOrWord, text, at);
      if (end < 0) return faultAt(`unexpected ${describe(text, at)}`);
      isPlain &&= !/[-0-9]/.test(first) || isPlainNumber(text.slice(at, end));
    }
    if (uniqueNames && first === '{') names.push(new Set());
    if (uniqueNames && first === '}') names.pop();
    if (uniqueNames && first === '"' && (wanted === 'key' || wanted === 'keyOrEnd')) {
      const name = String(JSON.parse(text.slice(at, end)));
      if (names.at(-1)?.has(name)) return faultAt('a name that stands twice in one object');
      names.at(-1)?.add(name);
    }
    const next = step(wanted, first, open);
    if (next === undefined) return faultAt(`unexpected ${describe(text, at)}`);
    if (open.length > jsonDepthMax) return faultAt(`more than ${jsonDepthMax} levels`);
    wanted = next;
    at = end;
  }
  return wanted === 'nothing' ? { fault: undefined, isPlain } : faultAt('the text ends too early');
}

// Both give -1 where nothing of the kind begins at `at`.
function endBy(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

// By hand: a regular expression would need room on the stack for every character, and a file inside JSON has millions.
function stringEnd(text: string, from: number): number {
  let at = from + 1;
  while (at > 0 && at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at + 1;
    // JSON forbids raw control characters inside a string.
    if (code < 0x20) return -1;
    at = code === 0x5c ? endBy(escapeInString, text, at) : at + 1;
  }
  return -1;
}

function isPlainNumber(number: string): boolean {
  return String(Number(number)) === number;
}

/** `found`: the token's first character. */
function step(wanted: Wanted, found: string, open: ('{' | '[')[]): Wanted | undefined {
  const afterValue = () => (open.length === 0 ? 'nothing' : 'commaOrEnd');
  const close = (bracket: '{' | '[') => {
    if (open.at(-1) !== bracket) return undefined;
    open.pop();
    return afterValue();
  };
  const mayEnd = wanted === 'commaOrEnd' || wanted === 'valueOrEnd' || wanted === 'keyOrEnd';
  if (found === '}') return mayEnd ? close('{') : undefined;
  if (found === ']') return mayEnd ? close('[') : undefined;
  if (wanted === 'commaOrEnd') return found === ',' ? (open.at(-1) === '{' ? 'key' : 'value') : undefined;
  if (wanted === 'colon') return found === ':' ? 'value' : undefined;
  if (wanted === 'key' || wanted === 'keyOrEnd') return found === '"' ? 'colon' : undefined;
  if (wanted === 'nothing' || found === ',' || found === ':') return undefined;
  if (found !== '{' && found !== '[') return afterValue();
  open.push(found);
  return found === '{' ? 'keyOrEnd' : 'valueOrEnd';
}

// One character, never more of the text: it may be a customer's record.
function describe(text: string, at: number): string {
  return text[at] === '"' ? 'string' : 'character';
}

function place(text: string, at: number, message: string): JsonFault {
  const before = text.slice(0, at);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { message, line: before.split('\n').length, column: at - lineStart + 1 };
}
