// X-Amzn-Inference-Metering: how a container says what one call costs. SageMaker consumes it; here it goes into the trace of the request.

import type { Log } from '../log.ts';
import type { ModelResponse } from '../model/model.ts';
import { parseJson } from '../parse-json.ts';

/** Fields of the span. */
export interface MeteringFields {
  readonly metered: boolean;
  readonly consumedUnits?: number;
  readonly meteringDimension?: string;
}

export interface Metering {
  readonly dimension: string;
  readonly units: number;
}

/** Ours; AWS's example has 54 characters, and its limit for the same of a bidirectional stream is 512 bytes. */
const headerLengthMax = 1_024;
/** As dimensions of Marketplace products look. Ours; what the partner's container writes elsewhere could be data, and stays out of the trace. */
const safeDimension = /^[A-Za-z][\w.:-]{0,63}$/;

/**
 * For the trace of a 2xx answer. Without the header AWS counts one unit a call. A header that cannot be read is a warning in the log,
 * `metered: false` and no units. A dimension that is not like a name is left out.
 */
export function readMetering(answer: Pick<ModelResponse, 'headers'>, endpointName: string, log: Log): MeteringFields {
  const header = answer.headers['x-amzn-inference-metering'];
  if (header === undefined) return { metered: false, consumedUnits: 1 };
  const metering = parseMetering(header);
  if (metering === null) {
    log.warn({ endpointName }, 'model: X-Amzn-Inference-Metering cannot be read, AWS would not charge as intended');
    return { metered: false };
  }
  const { dimension, units } = metering;
  return { metered: true, consumedUnits: units, ...(safeDimension.test(dimension) && { meteringDimension: dimension }) };
}

/** `{"Dimension":"…","ConsumedUnits":n}` with n above 0, or null. Source: Marketplace seller guide, "Custom metering". */
export function parseMetering(header: string): Metering | null {
  const said = header.length > headerLengthMax ? null : parseJson(header);
  if (typeof said !== 'object' || said === null) return null;
  const { Dimension: dimension, ConsumedUnits: units } = said as { Dimension?: unknown; ConsumedUnits?: unknown };
  if (typeof dimension !== 'string' || dimension === '') return null;
  return typeof units === 'number' && Number.isFinite(units) && units > 0 ? { dimension, units } : null;
}
