// A thrown value as Lambda's error payload, and as the line that Lambda's runtime logs about it.
// Source: aws-lambda-ric 4.0.2 (nodejs24), error formatting.
import type { FunctionError } from '../outcome.ts';

export function errorPayload(thrown: unknown): FunctionError {
  try {
    if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
    return {
      errorType: withoutDelete(thrown.name),
      errorMessage: withoutDelete(thrown.message),
      trace: thrown.stack === undefined ? [] : withoutDelete(thrown.stack).split('\n'),
    };
  } catch {
    // A getter or toString() of the handler's own threw: this is the answer of Lambda's runtime to that.
    return {
      errorType: 'handled',
      errorMessage:
        'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack',
      trace: [],
    };
  }
}

/** `\t{"errorType":…,"errorMessage":…,"code":…,…own fields…,"stack":[…]}` */
export function errorLogLine(thrown: unknown): string {
  const error = thrown instanceof Error ? thrown : new Error(describe(thrown));
  try {
    return `\t${JSON.stringify(error, (_key, value: unknown) => withEnumerableFields(value))}`;
  } catch {
    // Own fields that JSON cannot carry (a cycle, a BigInt): log without them, as Lambda's runtime does.
    return `\t${JSON.stringify(errorPayload(error))}`;
  }
}

function withEnumerableFields(value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { code } = value as { code?: unknown };
  const stack = typeof value.stack === 'string' ? { stack: value.stack.split('\n') } : {};
  return { errorType: value.name, errorMessage: value.message, code, ...value, ...stack };
}

function describe(value: unknown): string {
  try {
    return String(value);
  } catch {
    // An object without a usable toString().
    return typeof value;
  }
}

function withoutDelete(text: string): string {
  return text.replaceAll('\x7F', '%7F');
}
