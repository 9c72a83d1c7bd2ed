// A moment -> text by a Java date pattern, in UTC. The counterpart of match-date.ts.
import { parseDatePattern } from './java-date-pattern.ts';
import { dayNames, monthNames } from './match-date.ts';

/**
 * @param time ms since 1970
 * @throws RangeError where the pattern cannot be read, or asks for something that is not generated (weeks, eras of other calendars)
 */
export function formatDate(time: number, pattern: string): string {
  const date = new Date(time);
  return parseDatePattern(pattern)
    .map((token) => ('text' in token ? token.text : formatPart(token.letter, token.count, date)))
    .join('');
}

function formatPart(letter: string, count: number, date: Date): string {
  const padded = (value: number, length = count) => String(value).padStart(length, '0');
  const midnight = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
  const name = (names: readonly string[], index: number) => {
    const whole = names[index] ?? '';
    const capital = whole.charAt(0).toUpperCase() + whole.slice(1);
    return count <= 3 ? capital.slice(0, 3) : capital;
  };
  switch (letter) {
    case 'y':
    case 'Y':
    case 'u':
      return count === 2 ? padded(date.getUTCFullYear() % 100) : padded(date.getUTCFullYear());
    case 'M':
      return count > 2 ? name(monthNames, date.getUTCMonth()) : padded(date.getUTCMonth() + 1);
    case 'L':
      return padded(date.getUTCMonth() + 1, Math.min(count, 2));
    case 'd':
      return padded(date.getUTCDate());
    case 'D':
      return padded(Math.floor((midnight - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1);
    case 'E':
      return name(dayNames, date.getUTCDay());
    case 'G':
      return 'AD';
    case 'a':
      return date.getUTCHours() < 12 ? 'AM' : 'PM';
    case 'H':
      return padded(date.getUTCHours());
    case 'k':
      return padded(date.getUTCHours() || 24);
    case 'h':
      return padded(date.getUTCHours() % 12 || 12);
    case 'K':
      return padded(date.getUTCHours() % 12);
    case 'm':
      return padded(date.getUTCMinutes());
    case 's':
      return padded(date.getUTCSeconds());
    case 'S':
      return padded(date.getUTCMilliseconds(), 3).padEnd(count, '0').slice(0, count);
    case 'n':
      return String(date.getUTCMilliseconds() * 1_000_000);
    case 'A':
      return String(date.getTime() - midnight);
    case 'N':
      return `${date.getTime() - midnight}000000`;
    case 'X':
      return 'Z';
    case 'x':
      return count === 1 ? '+00' : count === 3 || count === 5 ? '+00:00' : '+0000';
    case 'Z':
      return count === 4 ? 'GMT' : count === 5 ? '+00:00' : '+0000';
    case 'O':
      return count === 4 ? 'GMT+00:00' : 'GMT+0';
    default:
      throw new RangeError(`the letter "${letter}" of a date pattern is not generated`);
  }
}
