import { describe, expect, it } from 'vitest';
import { chooseAccept, readContentType } from '../../../model-stub/media-types.ts';

describe('Content-Type', () => {
  it.each([
    ['application/json', 'application/json'],
    ['APPLICATION/JSON; charset=UTF-8', 'application/json'],
    ['text/csv;charset="utf-8"; header=present', 'text/csv'],
    ['application/x-ndjson', 'application/x-ndjson'],
  ])('%s is taken', (header, name) => {
    expect(readContentType(header)).toBe(name);
  });

  it.each([undefined, '', 'text/plain', 'application/json; charset=iso-8859-1', 'application/json/x', '*/*'])(
    '%s is refused with 415',
    (header) => {
      expect(() => readContentType(header)).toThrow(expect.objectContaining({ status: 415 }));
    },
  );
});

describe('Accept', () => {
  it.each([
    [undefined, 'text/csv', 'text/csv'],
    ['', 'text/csv', 'text/csv'],
    ['*/*', 'text/csv', 'text/csv'],
    ['application/json', 'text/csv', 'application/json'],
    ['application/*', 'text/csv', 'application/json'],
    ['text/*', 'application/json', 'text/csv'],
    ['application/*', 'application/jsonlines', 'application/jsonlines'],
    ['text/html, application/json;q=0.9, */*;q=0.1', 'text/csv', 'application/json'],
    ['text/csv;q=0.5, application/json;q=0.8', 'text/csv', 'application/json'],
    ['text/csv;q=0, */*', 'text/csv', 'application/json'],
    ['application/x-ndjson', 'application/json', 'application/x-ndjson'],
  ])('%s for a request in %s gives %s', (header, contentType, chosen) => {
    expect(chooseAccept(header, contentType)).toBe(chosen);
  });

  it.each(['text/html', 'application/json;q=0', 'image/*'])('%s is refused with 406', (header) => {
    expect(() => chooseAccept(header, 'application/json')).toThrow(expect.objectContaining({ status: 406 }));
  });
});
