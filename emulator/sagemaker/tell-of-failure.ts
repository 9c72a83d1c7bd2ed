// What the log says where a container gave no answer that is whole: why, in the system's or the parser's own word. A caller learns less.
import type { Log } from '../log.ts';
import type { ModelFailure } from '../model/model.ts';

/** `why`: e.g. HPE_HEADER_OVERFLOW (a head above 16 KiB), ECONNRESET; never a cause's text, which can hold what the container sent. */
export function tellOfFailure(log: Log, endpointName: string, failure: ModelFailure): void {
  const { code } = (failure.cause ?? {}) as { readonly code?: unknown };
  const why = typeof code === 'string' ? code : failure.message;
  // Who went away needs no warning.
  log[failure.reason === 'aborted' ? 'debug' : 'warn']({ endpointName, outcome: failure.reason, why }, 'no whole answer from the model');
}
