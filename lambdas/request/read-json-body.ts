// application/json: { "records": [ {…}, … ] } or { "inputLocation": "s3://…" }. API Gateway has checked the same by schema; here it holds
// without it too.
import { isJsonObject } from './is-json-object.ts';
import { requestError } from './request-errors.ts';

/** How many records there are, or where they are. @throws HttpError INVALID_JSON, NO_RECORDS, RECORD_NOT_AN_OBJECT, INVALID_INPUT_LOCATION */
export function readJsonBody(text: string): { readonly records: number } | { readonly inputLocation: string } {
  const body = parse(text);
  if (!isJsonObject(body)) throw requestError('INVALID_JSON');
  const { records, inputLocation, ...others } = body;
  if (Object.keys(others).length > 0) throw requestError('INVALID_JSON');
  if (!Object.hasOwn(body, 'inputLocation')) return { records: countRecords(records) };
  if (Object.hasOwn(body, 'records')) throw requestError('INVALID_JSON');
  if (typeof inputLocation !== 'string') throw requestError('INVALID_INPUT_LOCATION');
  return { inputLocation };
}

function countRecords(records: unknown): number {
  if (!Array.isArray(records) || records.length === 0) throw requestError('NO_RECORDS');
  const wrong = records.findIndex((record) => !isJsonObject(record));
  if (wrong >= 0) throw requestError('RECORD_NOT_AN_OBJECT', { place: `Record ${wrong + 1}.` });
  return records.length;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw requestError('INVALID_JSON', { cause: error });
  }
}
