// application/jsonlines: one object a line. Behind the last line end nothing may stand, no blank either: some models refuse it.
import { isJsonObject } from './is-json-object.ts';
import { requestError } from './request-errors.ts';

/** @throws HttpError INVALID_JSON_LINE, RECORD_NOT_AN_OBJECT with the line's number, NO_RECORDS */
export function countJsonLines(text: string): number {
  if (text.trim() === '') throw requestError('NO_RECORDS');
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (const [index, line] of lines.entries()) {
    if (!isJsonObject(parse(line, index + 1))) throw requestError('RECORD_NOT_AN_OBJECT', { place: `Line ${index + 1}.` });
  }
  return lines.length;
}

function parse(line: string, lineNumber: number): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw requestError('INVALID_JSON_LINE', { place: `Line ${lineNumber}.`, cause: error });
  }
}
