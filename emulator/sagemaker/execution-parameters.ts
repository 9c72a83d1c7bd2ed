// What a container says of itself before a batch transform job: GET /execution-parameters, after /ping and before the first record.
// Source: AWS "Use your own inference code with batch transform"; CreateTransformJob for the ranges.
import { type Model, type ModelAnswer, ModelFailure } from '../model/model.ts';

export interface ExecutionParameters {
  /** Requests at the same time to one container. */
  readonly maxConcurrentTransforms: number;
  readonly batchStrategy: 'MULTI_RECORD' | 'SINGLE_RECORD';
  /** 0: a body of any size, sent in chunks. */
  readonly maxPayloadInMB: number;
  /** What the container said and cannot be used, one line each; the default stands in its place. */
  readonly problems: readonly string[];
}

/** Where neither the job nor the container says anything. */
const defaults = { maxConcurrentTransforms: 1, batchStrategy: 'MULTI_RECORD', maxPayloadInMB: 6 } as const;
/** Ours: AWS names no limit for this answer. */
const timeoutMs = 2_000;
/** All requests that are under way at once, in MB; also the limit of one body. */
export const payloadsInMBMax = 100;

/** The route is optional: 404, any other failure and an answer that is no JSON object give the defaults, the last two with a problem. */
export async function readExecutionParameters(model: Pick<Model, 'request'>, signal?: AbortSignal): Promise<ExecutionParameters> {
  let answer: ModelAnswer;
  try {
    answer = await model.request({ method: 'GET', path: '/execution-parameters', headers: {}, timeoutMs, ...(signal && { signal }) });
  } catch (error) {
    if (!(error instanceof ModelFailure)) throw error;
    return { ...defaults, problems: [`/execution-parameters was not answered: ${error.reason}`] };
  }
  if (answer.status === 404) return { ...defaults, problems: [] };
  if (answer.status !== 200) return { ...defaults, problems: [`/execution-parameters answered ${answer.status}`] };
  const said = parse(answer.body.toString('utf8'));
  if (said === null) return { ...defaults, problems: ['the answer of /execution-parameters is not a JSON object'] };
  return checkParameters(said);
}

function checkParameters(said: Readonly<Record<string, unknown>>): ExecutionParameters {
  const problems: string[] = [];
  const use = <Value>(name: string, otherwise: Value, isGood: (value: unknown) => boolean, rule: string): Value => {
    const value = said[name];
    if (value === undefined) return otherwise;
    if (isGood(value)) return value as Value;
    problems.push(`${name} must be ${rule}`);
    return otherwise;
  };
  const isCount = (min: number) => (value: unknown) => Number.isInteger(value) && Number(value) >= min;
  const parameters = {
    maxConcurrentTransforms: use<number>('MaxConcurrentTransforms', defaults.maxConcurrentTransforms, isCount(1), 'a whole number from 1'),
    batchStrategy: use<ExecutionParameters['batchStrategy']>(
      'BatchStrategy',
      defaults.batchStrategy,
      (value) => value === 'MULTI_RECORD' || value === 'SINGLE_RECORD',
      'MULTI_RECORD or SINGLE_RECORD',
    ),
    maxPayloadInMB: use<number>(
      'MaxPayloadInMB',
      defaults.maxPayloadInMB,
      (value) => isCount(0)(value) && Number(value) <= payloadsInMBMax,
      `a whole number from 0 to ${payloadsInMBMax}`,
    ),
  };
  const product = parameters.maxConcurrentTransforms * parameters.maxPayloadInMB;
  if (product <= payloadsInMBMax) return { ...parameters, problems };
  const tooMuch = `MaxConcurrentTransforms times MaxPayloadInMB is ${product}, at most ${payloadsInMBMax} MB may be under way`;
  const { maxConcurrentTransforms, maxPayloadInMB } = defaults;
  return { ...parameters, maxConcurrentTransforms, maxPayloadInMB, problems: [...problems, tooMuch] };
}

function parse(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
