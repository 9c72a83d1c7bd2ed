// "now + 10 minutes", "tomorrow @ noon", "next monday": when a date generator's value lies. Pact wants time units behind an "@"; here they
// may stand anywhere, as people write them so.
import { dayNames, monthNames } from './match-date.ts';

const unitsMs: Readonly<Record<string, number>> = {
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
  fortnight: 14 * 86_400_000,
};

/**
 * @param now ms since 1970
 * @throws RangeError where the expression cannot be read
 */
export function moveDate(now: number, expression: string): number {
  let time = now;
  let rest = expression.trim().toLowerCase();
  while (rest !== '') {
    const found =
      /^@|^(?<base>now|today|yesterday|tomorrow|midnight|noon)\b|^(?<clock>\d{1,2}) *o'clock *(?<half>am|pm)?|^(?<sign>[+-]) *(?<amount>\d{1,9}) *(?<unit>[a-z]+)|^(?<way>next|last) +(?<what>[a-z]+)/.exec(
        rest,
      );
    if (found === null) throw new RangeError(`the date expression "${expression}" cannot be read from "${rest.slice(0, 20)}" on`);
    const { base, clock, half, sign, amount, unit, way, what } = found.groups ?? {};
    if (base !== undefined) time = atBase(time, base);
    else if (clock !== undefined) time = atClock(time, Number(clock), half);
    else if (unit !== undefined) time = moveBy(time, (sign === '-' ? -1 : 1) * Number(amount), unit.replace(/s$/, ''), expression);
    else if (what !== undefined) time = moveTo(time, way === 'last' ? -1 : 1, what, expression);
    rest = rest.slice(found[0].length).trimStart();
  }
  return time;
}

const dayMs = 86_400_000;

function atBase(time: number, base: string): number {
  const midnight = Math.floor(time / dayMs) * dayMs;
  const moved: Readonly<Record<string, number>> = { yesterday: time - dayMs, tomorrow: time + dayMs, midnight, noon: midnight + dayMs / 2 };
  return moved[base] ?? time;
}

// Without "am" or "pm" the other half of the day is meant, as in Pact.
function atClock(time: number, hour: number, half: string | undefined): number {
  const midnight = Math.floor(time / dayMs) * dayMs;
  const isAfternoon = half === 'pm' || (half === undefined && time - midnight < dayMs / 2);
  return midnight + ((hour % 12) + (isAfternoon || (half === 'am' && hour === 12) ? 12 : 0)) * 3_600_000;
}

function moveBy(time: number, amount: number, unit: string, expression: string): number {
  const ms = unitsMs[unit];
  if (ms !== undefined) return checked(time + amount * ms, expression);
  if (unit === 'month') return checked(moveMonths(time, amount), expression);
  if (unit === 'year') return checked(moveMonths(time, 12 * amount), expression);
  throw new RangeError(`the date expression "${expression}" has the unit "${unit}", which is not known`);
}

// The day stays, or becomes the last of a shorter month.
function moveMonths(time: number, months: number): number {
  const date = new Date(time);
  const first = new Date(time);
  first.setUTCDate(1);
  first.setUTCMonth(first.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return first.setUTCDate(Math.min(date.getUTCDate(), lastDay));
}

function moveTo(time: number, direction: 1 | -1, what: string, expression: string): number {
  const day = dayNames.findIndex((name) => what.length >= 3 && name.startsWith(what));
  if (day >= 0) {
    const distance = (direction * (day - new Date(time).getUTCDay()) + 7) % 7 || 7;
    return time + direction * distance * dayMs;
  }
  const month = monthNames.findIndex((name) => what.length >= 3 && name.startsWith(what));
  if (month < 0) return moveBy(time, direction, what, expression);
  const distance = (direction * (month - new Date(time).getUTCMonth()) + 12) % 12 || 12;
  return new Date(moveMonths(time, direction * distance)).setUTCDate(1);
}

function checked(time: number, expression: string): number {
  if (Number.isNaN(new Date(time).getTime())) throw new RangeError(`the date expression "${expression}" leads beyond all calendars`);
  return time;
}
