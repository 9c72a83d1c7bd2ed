// A text that a regular expression matches, for the expressions that contracts use; whatever it does not know gives undefined.
import type { GenerationBudget } from './generation-budget.ts';
import { compilePattern } from './oniguruma-pattern.ts';
import { randomInteger } from './seeded-random.ts';

type Random = () => number;
type Part = (random: Random, budget: GenerationBudget) => string;

const digits = '0123456789';
const letters = 'abcdefghijklmnopqrstuvwxyz';
const words = `${letters}${letters.toUpperCase()}${digits}_`;
const classes: Readonly<Record<string, string>> = { d: digits, w: words, s: ' ', h: '0123456789abcdef', D: letters, W: '-', S: letters };
const repetitionsMore = 8;
const charactersMax = 10_000;

/** @throws GenerationTooLarge */
export function generateText(pattern: string, random: Random, budget: GenerationBudget): string | undefined {
  const part = parsePattern(pattern);
  if (part === undefined) return undefined;
  const matches = compilePattern(pattern);
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const text = part(random, budget);
    budget.takeCharacters(text.length);
    if (text.length <= charactersMax && matches(text)) return text;
  }
  return undefined;
}

function parsePattern(pattern: string): Part | undefined {
  const reader = { rest: pattern };
  try {
    const part = readAlternatives(reader);
    return reader.rest === '' ? part : undefined;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
}

interface Reader {
  rest: string;
}

function take(reader: Reader, pattern: RegExp): RegExpExecArray | undefined {
  const found = pattern.exec(reader.rest);
  if (found === null) return undefined;
  reader.rest = reader.rest.slice(found[0].length);
  return found;
}

function readAlternatives(reader: Reader): Part {
  const alternatives = [readSequence(reader)];
  while (take(reader, /^\|/)) alternatives.push(readSequence(reader));
  return (random, budget) => alternatives[randomInteger(random, 0, alternatives.length - 1)]?.(random, budget) ?? '';
}

function readSequence(reader: Reader): Part {
  const parts: Part[] = [];
  while (reader.rest !== '' && !/^[|)]/.test(reader.rest)) parts.push(readRepeated(reader));
  return (random, budget) => {
    let text = '';
    for (const part of parts) {
      text += part(random, budget);
      if (text.length > charactersMax) break;
    }
    return text;
  };
}

function readRepeated(reader: Reader): Part {
  const part = readOne(reader);
  const found = take(reader, /^(?:([*+?])|\{(\d{1,4})?(,)?(\d{1,4})?\})\??/);
  if (found === undefined) return part;
  const [, sign, from = '0', comma, to] = found;
  const lowest = sign === undefined ? Number(from) : sign === '+' ? 1 : 0;
  const open = lowest + repetitionsMore;
  const highest =
    sign === '?' ? 1 : sign !== undefined ? open : comma === undefined ? lowest : Math.min(to === undefined ? open : Number(to), open);
  return (random, budget) => {
    let text = '';
    const count = randomInteger(random, lowest, Math.max(lowest, highest));
    for (let index = 0; index < count && text.length <= charactersMax; index += 1) {
      // Here and not at each part: only repetitions multiply, and those of nothing never reach the limit of characters.
      budget.takeStep();
      text += part(random, budget);
    }
    return text;
  };
}

function readOne(reader: Reader): Part {
  if (take(reader, /^(?:[\^$]|\\[AzZb])/)) return () => '';
  if (take(reader, /^\((?:\?:|\?<[A-Za-z]\w*>|(?!\?))/)) {
    const group = readAlternatives(reader);
    if (!take(reader, /^\)/)) throw new RangeError('a group does not end');
    return group;
  }
  const members = take(reader, /^\[(?!\^|\[)((?:\\.|[^\]\\])+)\]/)?.[1];
  if (members !== undefined) return oneOf(readMembers(members));
  if (take(reader, /^\./)) return oneOf(words);
  const escaped = take(reader, /^\\(.)/)?.[1];
  if (escaped !== undefined) return oneOf(readEscape(escaped));
  const literal = take(reader, /^[^()[\]{}*+?|\\]/u)?.[0];
  if (literal === undefined) throw new RangeError('this part of the expression is not generated');
  return () => literal;
}

function readEscape(escaped: string): string {
  const known = classes[escaped];
  if (known !== undefined) return known;
  if (escaped === 'n') return '\n';
  if (escaped === 't') return '\t';
  if (/[A-Za-z0-9]/.test(escaped)) throw new RangeError('this escape is not generated');
  return escaped;
}

function readMembers(members: string): string {
  const reader = { rest: members };
  let characters = '';
  while (reader.rest !== '') {
    const range = take(reader, /^([A-Za-z0-9])-([A-Za-z0-9])/);
    if (range !== undefined) {
      const [, from = '', to = ''] = range;
      for (let code = from.charCodeAt(0); code <= to.charCodeAt(0); code += 1) characters += String.fromCharCode(code);
      continue;
    }
    const escaped = take(reader, /^\\(.)/)?.[1];
    characters += escaped === undefined ? (take(reader, /^./s)?.[0] ?? '') : readEscape(escaped);
  }
  return characters;
}

function oneOf(characters: string): Part {
  return (random) => characters[randomInteger(random, 0, characters.length - 1)] ?? '';
}
