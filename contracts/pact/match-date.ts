// Does a text follow a date pattern? As lenient and as strict as Pact (pact_models 1.3): one digit where two are written is fine.
import { parseDatePattern } from './java-date-pattern.ts';

export const monthNames: readonly string[] = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];
export const dayNames: readonly string[] = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** @throws RangeError where the pattern cannot be read */
export function matchesDatePattern(text: string, pattern: string): boolean {
  const values = new Map<string, string>();
  let rest = text;
  for (const token of parseDatePattern(pattern)) {
    if ('text' in token) {
      if (!rest.startsWith(token.text)) return false;
      rest = rest.slice(token.text.length);
      continue;
    }
    const found = readPart(token.letter, token.count, rest);
    if (found === undefined) return false;
    const key = 'yYu'.includes(token.letter) ? 'y' : token.letter;
    if (!values.has(key)) values.set(key, found);
    rest = rest.slice(found.length);
  }
  return rest === '' && dayExists(values);
}

const offsets: readonly RegExp[] = [
  /^[+-]+(\d{1,2})(\d{1,2})?/,
  /^[+-]+(\d{1,2})(\d{1,2})/,
  /^[+-]+(\d{1,2}):(\d{1,2})/,
  /^[+-]+(\d{1,2})(\d{1,2})(\d{1,2})?/,
  /^[+-]+(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?/,
];

// The text that the part takes, or undefined where it is not there.
function readPart(letter: string, count: number, text: string): string | undefined {
  switch (letter) {
    case 'y':
    case 'Y':
    case 'u':
      return new RegExp(`^\\d{1,${count}}`).exec(text)?.[0];
    case 'M':
      return count <= 2 ? digits(text, 2, 1, 12) : word(text, count === 3 ? monthNames.map(short) : monthNames);
    case 'L':
      return digits(text, 2, 1, 12);
    case 'd':
      return digits(text, 2, 1, 31);
    // Sic: 356 (pact_models 1.3).
    case 'D':
      return digits(text, 3, 1, 356);
    case 'Q':
      if (count >= 4) return /^(1st|2nd|3rd|4th) quarter/i.exec(text)?.[0];
      return count === 3 ? /^Q[1-4]/i.exec(text)?.[0] : digits(text, 2, 1, 4);
    case 'q':
      return digits(text, 2, 1, 4);
    case 'w':
      return digits(text, 2, 1, 56);
    case 'W':
      return digits(text, 2, 1, 5);
    case 'F':
      return digits(text, 2, 0, 4);
    case 'E':
      return word(text, count <= 3 ? dayNames.map(short) : dayNames);
    case 'e':
    case 'c':
      if (count > 2) return word(text, count <= 3 ? dayNames.map(short) : dayNames);
      return digits(text, 1, 1, 7);
    case 'G':
      return /^(ad|bc)/i.exec(text)?.[0];
    case 'a':
      return /^(am|pm)/i.exec(text)?.[0];
    case 'H':
      return digits(text, 2, 0, 23);
    case 'k':
      return digits(text, 2, 1, 24);
    case 'h':
      return digits(text, 2, 1, 12);
    case 'K':
      return digits(text, 2, 0, 11);
    case 'm':
      return digits(text, 2, 0, 59);
    case 's':
      return digits(text, 2, 0, 60);
    case 'S':
      return new RegExp(`^\\d{1,${count}}`).exec(text)?.[0];
    case 'X':
      return text.startsWith('Z') ? 'Z' : offset(text, offsets[count - 1]);
    case 'x':
      return offset(text, offsets[count - 1]);
    case 'Z':
      if (count <= 3) return offset(text, offsets[1]);
      if (count === 4) return offset(text, /^(?:GMT|UTC)[+-]+(\d{1,2}):(\d{1,2})/) ?? /^(GMT|UTC)/.exec(text)?.[0];
      return offset(text, offsets[2]);
    case 'O':
      return offset(text, count <= 3 ? /^(?:GMT|UTC)[+-]+(\d{1,2})(?::(\d{1,2}))?/ : /^(?:GMT|UTC)[+-]+(\d{1,2}):(\d{1,2})/);
    default:
      return /^\d+/.exec(text)?.[0];
  }
}

function digits(text: string, lengthMax: number, lowest: number, highest: number): string | undefined {
  const found = new RegExp(`^\\d{1,${lengthMax}}`).exec(text)?.[0];
  return found !== undefined && Number(found) >= lowest && Number(found) <= highest ? found : undefined;
}

function word(text: string, words: readonly string[]): string | undefined {
  const found = words.find((one) => text.toLowerCase().startsWith(one));
  return found === undefined ? undefined : text.slice(0, found.length);
}

// Trap (pact_models 1.3): the hour of an offset goes to 11 only, so +12:00 and +13:00 do not match.
function offset(text: string, pattern: RegExp | undefined): string | undefined {
  const found = pattern?.exec(text);
  if (!found) return undefined;
  const [whole, hour = '0', minute = '0', second = '0'] = found;
  return Number(hour) <= 11 && Number(minute) <= 59 && Number(second) <= 60 ? whole : undefined;
}

function short(name: string): string {
  return name.slice(0, 3);
}

function dayExists(values: ReadonlyMap<string, string>): boolean {
  const day = values.get('d');
  const month = values.get('M');
  if (day === undefined || month === undefined) return true;
  const number = /^\d+$/.test(month) ? Number(month) : monthNames.findIndex((name) => name.startsWith(month.toLowerCase().slice(0, 3))) + 1;
  // Without a year, February has 28 days.
  const year = Number(values.get('y') ?? '2001');
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return Number(day) <= (days[number - 1] ?? 31);
}
