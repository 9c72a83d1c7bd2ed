// Lambda answers 200 also for a function that failed; what the function says of it is in the body (AWS Lambda, Invoke, X-Amz-Function-Error).
import type { ProviderAnswer } from './provider.ts';

const charactersMax = 300;

/** One line; null where the function did not fail. */
export function functionFailure({ headers, body }: ProviderAnswer): string | null {
  if (headers['x-amz-function-error'] === undefined) return null;
  const { errorType, errorMessage } = parse(body.toString('utf8'));
  const words = [errorType, errorMessage].filter((word) => typeof word === 'string' && word !== '').join(': ');
  const line = words.replace(/[\p{C}\s]+/gu, ' ').slice(0, charactersMax);
  return `the function failed: ${line === '' ? 'it does not say why' : line}`;
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
