// The records as bytes, written once: every repetition sends the same ones, or its idempotency key would be refused.

/** Types of records that are given as text or bytes. */
const contentTypes = ['application/json', 'application/jsonlines', 'application/x-ndjson', 'text/csv'] as const;

export type RecordsContentType = (typeof contentTypes)[number];

/** Records as objects, sent as JSON; or a body that is sent as it is. */
export type IdentityRequestInput =
  | { readonly records: readonly object[] }
  | { readonly contentType: RecordsContentType; readonly body: string | Uint8Array };

export interface RequestBody {
  readonly contentType: RecordsContentType;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

/** @throws TypeError where it is neither; with nothing of the records in it */
export function writeRequestBody(input: IdentityRequestInput): RequestBody {
  // `in` of something else than an object throws a text that holds it.
  if (typeof input !== 'object' || input === null) throw new TypeError('the input must be { records } or { contentType, body }');
  if ('records' in input) return { contentType: 'application/json', body: writeJson(input.records) };
  const { contentType, body } = input;
  if (!contentTypes.includes(contentType)) throw new TypeError(`contentType must be one of ${contentTypes.join(', ')}`);
  if (typeof body === 'string') return { contentType, body };
  if (body instanceof Uint8Array) return { contentType, body: new Uint8Array(body) };
  throw new TypeError('body must be a string or a Uint8Array');
}

/** Records that lie in the customer's bucket: more of them than a call can carry. */
export interface LargeRequestInput {
  /** `s3://<results bucket>/inputs/…`: an object in JSON Lines or CSV. */
  readonly inputLocation: string;
}

/** @throws TypeError where it is none; what the location must be is for the API to say */
export function writeInputLocation(input: LargeRequestInput): RequestBody {
  const { inputLocation, ...others } = typeof input === 'object' && input !== null ? input : ({} as Partial<LargeRequestInput>);
  if (typeof inputLocation !== 'string' || inputLocation === '' || Object.keys(others).length > 0) {
    throw new TypeError('the input must be { inputLocation }, a text such as s3://<results bucket>/inputs/records.jsonl');
  }
  return { contentType: 'application/json', body: JSON.stringify({ inputLocation }) };
}

function writeJson(records: readonly object[]): string {
  if (!Array.isArray(records)) throw new TypeError('records must be an array');
  try {
    return JSON.stringify({ records });
  } catch (error) {
    // Without the cause on purpose: for a circle, the engine's own text names members of the record.
    if (error instanceof TypeError) throw new TypeError('records cannot be written as JSON: a value is a circle or a BigInt');
    throw error;
  }
}
