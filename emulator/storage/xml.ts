// S3's XML out: an escaped template. What comes in is read by xml-input.ts.
import { escapeXml } from '../aws/xml.ts';

/** Markup that is escaped already. Nothing else can be nested, so no text goes out unescaped. */
export interface Xml {
  readonly markup: string;
}

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** One element; strings, numbers and booleans are escaped, null leaves the element out. */
export function element(name: string, content: Scalar | null | readonly (Xml | null)[]): Xml | null {
  if (content === null) return null;
  return { markup: `<${name}>${markupOf(content)}</${name}>` };
}

/** A whole document with S3's namespace. */
export function xmlDocument(name: string, content: Scalar | readonly (Xml | null)[]): string {
  return `${declaration}<${name} xmlns="${namespace}">${markupOf(content)}</${name}>`;
}

type Scalar = string | number | boolean;

function markupOf(content: Scalar | readonly (Xml | null)[]): string {
  return typeof content === 'object' ? content.map((child) => child?.markup ?? '').join('') : escapeXml(String(content));
}

/** e.g. 2026-01-01T00:00:00.000Z */
export function xmlTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
