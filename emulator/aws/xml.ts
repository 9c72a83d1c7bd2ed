// Text in XML, for every service that answers in it.

const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** For data. Control characters become references, as S3 writes them in keys: not legal XML 1.0, but every SDK reads them. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"\p{Cc}]/gu, reference);
}

/** For texts that people read: lines and quotes stay. What XML 1.0 cannot carry becomes U+FFFD; a bare CR would be read back as LF. */
export function escapeXmlText(text: string): string {
  return text.replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\uFFFD').replace(/[&<>\r]/g, reference);
}

function reference(character: string): string {
  return named[character] ?? `&#${character.charCodeAt(0)};`;
}
