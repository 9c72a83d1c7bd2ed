// Where a JSON text is damaged. JSON.parse names the place for some faults only, and goes to any depth.

export interface JsonFault {
  readonly message: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

/** Pact's parser (serde_json) refuses the 128th level. */
const jsonDepthMax = 127;

// One of: white space, punctuation, string, number, word. The string alternative refuses raw control characters, as JSON does.
const token =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids exactly these inside a string
  /[ \t\r\n]+|[{}[\],:]|"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

type Wanted = 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'commaOrEnd' | 'nothing';

/** The first fault of a text, or undefined where it is JSON of at most `jsonDepthMax` levels. */
export function findJsonFault(text: string): JsonFault | undefined {
  const open: ('{' | '[')[] = [];
  let wanted: Wanted = 'value';
  let at = 0;
  while (at < text.length) {
    token.lastIndex = at;
    const found = token.exec(text)?.[0];
    if (found === undefined) return place(text, at, `unexpected ${describe(text, at)}`);
    if (!/^[ \t\r\n]/.test(found)) {
      const next = step(wanted, found, open);
      if (next === undefined) return place(text, at, `unexpected ${describe(text, at)}`);
      if (open.length > jsonDepthMax) return place(text, at, `more than ${jsonDepthMax} levels`);
      wanted = next;
    }
    at += found.length;
  }
  return wanted === 'nothing' ? undefined : place(text, at, 'the text ends too early');
}

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
  if (wanted === 'key' || wanted === 'keyOrEnd') return found.startsWith('"') ? 'colon' : undefined;
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
