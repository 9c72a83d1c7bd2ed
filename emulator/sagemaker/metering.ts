// X-Amzn-Inference-Metering: how a container says what one call costs. SageMaker consumes it; here it goes to the log.
import type { Log } from '../log.ts';
import type { ModelAnswer } from '../model/model.ts';

/**
 * Units of a 2xx answer. Null where the container sends no header: AWS then counts one unit a call. `'invalid'` for a header that is not
 * `{"Dimension":"…","ConsumedUnits":n}` with n above 0. Source: Marketplace seller guide, "Custom metering".
 */
function consumedUnits(answer: ModelAnswer): number | null | 'invalid' {
  const header = answer.headers['x-amzn-inference-metering'];
  if (header === undefined) return null;
  const metering = parseJson(header);
  if (typeof metering !== 'object' || metering === null) return 'invalid';
  const { Dimension: dimension, ConsumedUnits: units } = metering as { Dimension?: unknown; ConsumedUnits?: unknown };
  if (typeof dimension !== 'string' || dimension === '') return 'invalid';
  return typeof units === 'number' && Number.isFinite(units) && units > 0 ? units : 'invalid';
}

export function logMetering(answer: ModelAnswer, endpointName: string, log: Log): void {
  const units = consumedUnits(answer);
  if (units === 'invalid') log.warn({ endpointName }, 'model: X-Amzn-Inference-Metering cannot be read, AWS would not charge as intended');
  else log.debug({ endpointName, consumedUnits: units ?? 1, metered: units !== null }, 'metering');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
