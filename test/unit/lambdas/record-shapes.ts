// Bodies and how many records they hold, read by the request function and by the model alike: what the one lets through the other
// must not refuse, and where both count they must count the same. Only the shape counts here, so the columns and members are known ones.

interface RecordShape {
  readonly name: string;
  readonly contentType: 'application/json' | 'application/jsonlines' | 'text/csv';
  readonly text: string;
  /** The number of records, or the code that the request function refuses with; the model's own codes are coarser. */
  readonly outcome: number | string;
}

const json = (name: string, text: string, outcome: number | string): RecordShape => ({
  name,
  contentType: 'application/json',
  text,
  outcome,
});
const lines = (name: string, text: string, outcome: number | string): RecordShape => ({
  name,
  contentType: 'application/jsonlines',
  text,
  outcome,
});
const csv = (name: string, text: string, outcome: number | string): RecordShape => ({ name, contentType: 'text/csv', text, outcome });

export const recordShapes: readonly RecordShape[] = [
  json('one record', '{"records":[{}]}', 1),
  json('white space around', '\r\n {"records": [{}, {"id":"1"}]}\n', 2),
  json('no records', '{"records":[]}', 'NO_RECORDS'),
  json('a list among the records', '{"records":[{},[]]}', 'RECORD_NOT_AN_OBJECT'),
  json('null among the records', '{"records":[null]}', 'RECORD_NOT_AN_OBJECT'),
  json('cut off', '{"records":[{}', 'INVALID_JSON'),
  json('characters behind it', '{"records":[{}]}x', 'INVALID_JSON'),

  lines('LF', '{"id":"1"}\n{"id":"2"}\n', 2),
  lines('CRLF', '{"id":"1"}\r\n{"id":"2"}\r\n', 2),
  lines('no line end at the end', '{"id":"1"}\n{"id":"2"}', 2),
  lines('a carriage return at the end', '{"id":"1"}\n{"id":"2"}\r', 2),
  lines('a last line of blanks', '{"id":"1"}\n   ', 'INVALID_JSON_LINE'),
  lines('a last line of a carriage return', '{"id":"1"}\r\n\r', 'INVALID_JSON_LINE'),
  lines('two line ends at the end', '{"id":"1"}\n\n', 'INVALID_JSON_LINE'),
  lines('two CRLF at the end', '{"id":"1"}\r\n\r\n', 'INVALID_JSON_LINE'),
  lines('an empty line between', '{"id":"1"}\n\n{"id":"2"}\n', 'INVALID_JSON_LINE'),
  lines('an empty line in front', '\n{"id":"1"}\n', 'INVALID_JSON_LINE'),
  lines('carriage returns alone', '{"id":"1"}\r{"id":"2"}\r', 'INVALID_JSON_LINE'),
  lines('a line that is no object', '{"id":"1"}\n[]\n', 'RECORD_NOT_AN_OBJECT'),
  lines('a line separator of Unicode in a text', '{"id":"\u2028"}\n', 1),
  lines('a line end only', '\n', 'NO_RECORDS'),
  lines('blanks only', ' \r\n \n', 'NO_RECORDS'),

  csv('LF', 'id,email\n1,a\n2,b\n', 2),
  csv('CRLF', 'id,email\r\n1,a\r\n2,b\r\n', 2),
  csv('both line ends', 'id,email\r\n1,a\n2,b\r\n', 2),
  csv('no line end at the end', 'id,email\n1,a\n2,b', 2),
  csv('a comma at the very end', 'id,email\n1,', 1),
  csv('a quoted field at the very end', 'id,email\n1,"a"', 1),
  csv('a carriage return in quotes', 'id,email\n1,"a\rb"\n', 1),
  csv('one column with an empty row', 'email\na\n\nb\n', 3),
  csv('one column with an empty row at the end', 'email\na\n\n', 2),
  csv('a carriage return at the end', 'id,email\r\n1,a\r', 'INVALID_LINE_ENDS'),
  csv('a carriage return behind the last quote', 'id,email\r\n1,"a"\r', 'INVALID_LINE_ENDS'),
  csv('carriage returns alone', 'id,email\r1,a\r2,b\r', 'INVALID_LINE_ENDS'),
  csv('carriage returns alone and a quoted header', '"id","email"\r1,a\r', 'INVALID_LINE_ENDS'),
  csv('two carriage returns and a line feed', 'id,email\r\r\n1,a\r\r\n', 'INVALID_LINE_ENDS'),
  csv('a carriage return in a field', 'id,email\n1,a\rb\n', 'INVALID_LINE_ENDS'),
  csv('a row too short', 'id,email\n1\n', 'RAGGED_ROW'),
  csv('a row too long', 'id,email\n1,a,b\n', 'RAGGED_ROW'),
  csv('an empty row', 'id,email\n1,a\n\n', 'RAGGED_ROW'),
  csv('an open quote', 'id,email\n1,"a\n', 'INVALID_CSV'),
  csv('a quote in a field', 'id,email\n1,a"b\n', 'INVALID_CSV'),
  csv('characters behind a quote', 'id,email\n1,"a"b\n', 'INVALID_CSV'),
  csv('a header only', 'id,email\r\n', 'NO_RECORDS'),
];
