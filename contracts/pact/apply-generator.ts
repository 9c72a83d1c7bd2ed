// One generator of a pact -> a value. Undefined: there is nothing to generate, keep the example.
import { moveDate } from './date-expression.ts';
import { isJsonObject, jsonText, numberText } from './exact-json.ts';
import { formatDate } from './format-date.ts';
import { generateText } from './generate-text.ts';
import type { GenerationBudget } from './generation-budget.ts';
import type { Generator } from './pact.ts';
import { randomInteger, randomText } from './seeded-random.ts';

/** Of one answer. */
export interface GenerationContext {
  /** From 0 (included) to 1 (excluded). */
  readonly random: () => number;
  /** ms since 1970. */
  readonly now: () => number;
  /** What the setup of the provider states answered; for generators of the type ProviderState. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly budget: GenerationBudget;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const defaultFormats: Readonly<Record<string, string>> = { Date: 'yyyy-MM-dd', Time: 'HH:mm:ss', DateTime: "yyyy-MM-dd'T'HH:mm:ss.SSSZ" };

/** @throws GenerationTooLarge */
export function applyGenerator(generator: Generator, example: unknown, { random, now, values, budget }: GenerationContext): unknown {
  budget.takeStep();
  const number = (name: string, otherwise: number) => Number(numberText(generator[name]) ?? otherwise);
  const isText = typeof example === 'string';
  switch (generator.type) {
    case 'RandomInt': {
      const value = randomInteger(random, number('min', 0), Math.max(number('min', 0), number('max', 10)));
      return isText ? String(value) : value;
    }
    case 'RandomDecimal': {
      const digits = Math.max(2, number('digits', 10));
      budget.takeCharacters(digits);
      const point = randomInteger(random, 1, digits - 1);
      // The first and the last digit are not 0, so that it stays a decimal of this many digits.
      const text = `${randomInteger(random, 1, 9)}${randomText(random, '0123456789', digits - 2)}${randomInteger(random, 1, 9)}`;
      const decimal = `${text.slice(0, point)}.${text.slice(point)}`;
      return isText ? decimal : Number(decimal);
    }
    case 'RandomHexadecimal':
      budget.takeCharacters(number('digits', 10));
      return randomText(random, '0123456789ABCDEF', number('digits', 10));
    case 'RandomString':
      budget.takeCharacters(number('size', 10));
      return randomText(random, letters, number('size', 10));
    case 'RandomBoolean':
      return random() < 0.5;
    case 'Regex':
      return generateText(String(generator.regex), random, budget);
    case 'Uuid':
      return randomUuid(random, generator.format);
    case 'Date':
    case 'Time':
    case 'DateTime':
      return dateText(now(), generator);
    case 'ProviderState':
      return stateValue(generator, values, budget);
    default:
      // MockServerURL is for the consumer's side only.
      return undefined;
  }
}

function randomUuid(random: () => number, format: unknown): string {
  const hex = randomText(random, '0123456789abcdef', 32);
  const version4 = `${hex.slice(0, 12)}4${hex.slice(13, 16)}${'89ab'[randomInteger(random, 0, 3)]}${hex.slice(17)}`;
  if (format === 'simple') return version4;
  const hyphenated = version4.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  if (format === 'upper-case-hyphenated') return hyphenated.toUpperCase();
  return format === 'URN' ? `urn:uuid:${hyphenated}` : hyphenated;
}

function dateText(now: number, { type, format, expression }: Generator): string | undefined {
  try {
    const time = moveDate(now, typeof expression === 'string' ? expression : '');
    return formatDate(time, typeof format === 'string' && format !== '' ? format : (defaultFormats[type] ?? ''));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
}

// "${token}" alone keeps the kind of the value; within a text it becomes text.
function stateValue({ expression, dataType }: Generator, values: Readonly<Record<string, unknown>>, budget: GenerationBudget): unknown {
  const written = String(expression);
  const whole = /^\$\{([^}]*)\}$/.exec(written)?.[1] ?? (written.includes('${') ? undefined : written);
  if (whole !== undefined) return Object.hasOwn(values, whole) ? convert(values[whole], dataType) : undefined;
  const names = [...written.matchAll(/\$\{([^}]*)\}/g)].map(([, name = '']) => name);
  if (!names.every((name) => Object.hasOwn(values, name))) return undefined;
  for (const name of names) budget.takeCharacters(jsonText(values[name]).length);
  return convert(
    written.replaceAll(/\$\{([^}]*)\}/g, (_, name: string) => jsonText(values[name])),
    dataType,
  );
}

function convert(value: unknown, dataType: unknown): unknown {
  const isScalar = !Array.isArray(value) && !isJsonObject(value);
  switch (typeof dataType === 'string' && isScalar ? dataType.toUpperCase() : 'RAW') {
    case 'STRING':
      return jsonText(value);
    case 'INTEGER':
    case 'DECIMAL':
    case 'FLOAT': {
      const number = typeof value === 'string' ? Number(value) : Number(numberText(value) ?? value);
      if (!Number.isFinite(number)) return undefined;
      return String(dataType).toUpperCase() === 'INTEGER' ? Math.trunc(number) : number;
    }
    case 'BOOLEAN':
      return value === 'true' || value === true;
    default:
      return value;
  }
}
