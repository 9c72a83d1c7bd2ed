// S3's XML in: small documents of known shape. Anything doubtful is MalformedXML; no entity is ever expanded.
import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** An element: text, or children by name in document order. Names come without a namespace prefix. */
export interface XmlNode {
  readonly text: string;
  readonly children: ReadonlyMap<string, readonly XmlNode[]>;
}

const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: true,
  ignoreDeclaration: true,
  parseTagValue: false,
  trimValues: false,
  // Done below, for the five names and numbers only: JS writes CR as &#x0D;, and the parser's own table knows far more.
  processEntities: false,
  alwaysCreateTextNode: true,
});

/** The root element if it is called `rootName`; null for anything that is not well-formed or not that. */
export function parseXml(text: string, rootName: string): XmlNode | null {
  // The validator comes first: the parser alone accepts <a><b></a>.
  // No declarations, comments or CDATA: no client sends them.
  if (text.includes('<!') || XMLValidator.validate(text) !== true) return null;
  const parsed = parseOrNull(text);
  const names = Object.keys(parsed ?? {}).filter((name) => name !== '#text');
  return names.length === 1 && names[0] === rootName ? toNode(parsed?.[rootName]) : null;
}

/** The text of the only child of that name; undefined without one; null for several, or one with children of its own. */
export function childText(node: XmlNode, name: string): string | undefined | null {
  const children = node.children.get(name);
  if (!children) return undefined;
  const [only] = children;
  return only && children.length === 1 && only.children.size === 0 ? only.text : null;
}

function parseOrNull(text: string): Record<string, unknown> | null {
  try {
    return parser.parse(text) as Record<string, unknown>;
  } catch (error) {
    // It throws a plain Error for what it will not build: names such as __proto__, too deep nesting.
    if (error instanceof Error) return null;
    throw error;
  }
}

function toNode(value: unknown): XmlNode | null {
  if (typeof value === 'string') {
    const text = unescapeXml(value);
    return text === null ? null : { text, children: new Map() };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const children = new Map<string, readonly XmlNode[]>();
  let text = '';
  for (const [name, content] of Object.entries(value)) {
    if (name === '#text') {
      const decoded = unescapeXml(String(content));
      if (decoded === null) return null;
      text = decoded;
      continue;
    }
    const nodes = (Array.isArray(content) ? content : [content]).map(toNode);
    if (nodes.includes(null)) return null;
    children.set(
      name,
      nodes.filter((node) => node !== null),
    );
  }
  return { text, children };
}

const named = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

function unescapeXml(text: string): string | null {
  let broken = false;
  const decoded = text.replace(/&([^;&]*);?/g, (reference, name: string) => {
    const number = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name);
    const code = number ? Number.parseInt(number[1] ?? number[2] ?? '', number[1] === undefined ? 10 : 16) : null;
    const character = code === null ? named.get(name) : characterOf(code);
    if (character === undefined || !reference.endsWith(';')) broken = true;
    return character ?? '';
  });
  return broken ? null : decoded;
}

function characterOf(code: number): string | undefined {
  return code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? undefined : String.fromCodePoint(code);
}
