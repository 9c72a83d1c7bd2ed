// Text on its way into XML.
import { describe, expect, it } from 'vitest';
import { escapeXml, escapeXmlText } from '../../../emulator/aws/xml.ts';

describe('text in XML', () => {
  it.each([
    ['<&>"', '&lt;&amp;&gt;&quot;', '&lt;&amp;&gt;"'],
    ['a\tb\nc\r', 'a&#9;b&#10;c&#13;', 'a\tb\nc&#13;'],
    ['\u0000\u001F\u007F', '&#0;&#31;&#127;', '\uFFFD\uFFFD\u007F'],
    ['😀\uD800\uFFFE', '😀\uD800\uFFFE', '😀\uFFFD\uFFFD'],
  ])('%j is %j as data and %j for people', (text, data, forPeople) => {
    expect(escapeXml(text)).toBe(data);
    expect(escapeXmlText(text)).toBe(forPeople);
  });
});
