// What a step threw, as the caller would see it.
import { HttpError } from '../../../lambdas/http/http-error.ts';

function thrownBy(run: () => unknown): HttpError | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof HttpError) return error;
    throw error;
  }
}

/** Null where nothing was thrown. */
export function codeOf(run: () => unknown): string | null {
  return thrownBy(run)?.code ?? null;
}

export function messageOf(run: () => unknown): string | null {
  return thrownBy(run)?.message ?? null;
}
