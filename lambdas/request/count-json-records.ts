// application/json: { "records": [ {…}, … ] }. API Gateway has checked the same by schema; here it holds without it too.
import { isJsonObject } from './is-json-object.ts';
import { requestError } from './request-errors.ts';

/** @throws HttpError INVALID_JSON, NO_RECORDS, RECORD_NOT_AN_OBJECT */
export function countJsonRecords(text: string): number {
  const body = parse(text);
  if (!isJsonObject(body)) throw requestError('INVALID_JSON');
  const { records, ...others } = body;
  if (Object.keys(others).length > 0) throw requestError('INVALID_JSON');
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
