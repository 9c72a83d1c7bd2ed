// Markup for HTML, SVG and XML: whatever is put into a template is escaped, but for markup that was made the same way.
import { plain } from './report-plain.ts';

const isMarkup = Symbol('markup');

export interface Markup {
  readonly [isMarkup]: true;
  readonly text: string;
}

type Part = string | number | Markup | readonly Markup[] | null;

/** Null: nothing. A list: its parts one after the other. */
export function markup(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const text = texts.map((written, index) => (index === 0 ? written : `${textOf(parts[index - 1] ?? null)}${written}`)).join('');
  return { [isMarkup]: true, text };
}

function textOf(part: Part): string {
  if (part === null) return '';
  if (typeof part === 'string') return escaped(part);
  if (typeof part === 'number') return String(part);
  if (isMarkup in part) return part.text;
  return part.map(({ text }) => text).join('\n');
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text: string): string {
  return plain(text).replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
