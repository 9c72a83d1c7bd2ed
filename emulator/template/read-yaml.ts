// Text of a template (YAML or JSON) -> nodes with places. First step of loading; knows nothing of CloudFormation but its short tags.
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Node as YamlNode } from 'yaml';
import { didYouMean } from '../did-you-mean.ts';
import type { SourceLocation } from './deployment.ts';
import type { Problems } from './problems.ts';
import { invalidNode, type MapEntry, type Scalar, scalarNode, type TemplateNode } from './template-node.ts';

/** CloudFormation: a template of more than 1 MB is refused (AWS "CloudFormation quotas"). */
const templateBytesMax = 1_048_576;

const shortTags: ReadonlyMap<string, string> = new Map([
  ['!Ref', 'Ref'],
  ['!Condition', 'Condition'],
  ...[
    ...['And', 'Base64', 'Cidr', 'Contains', 'EachMemberEquals', 'EachMemberIn', 'Equals', 'FindInMap', 'GetAtt', 'GetAZs', 'If'],
    ...['ImportValue', 'Join', 'Length', 'Not', 'Or', 'RefAll', 'Select', 'Split', 'Sub', 'ToJsonString', 'Transform', 'ValueOf'],
    ...['ValueOfAll'],
  ].map((name) => [`!${name}`, `Fn::${name}`] as const),
]);
const coreTags = new Set(['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`));

/** Null when the text is no YAML; everything wrong is in `problems`. */
export function readYaml(file: string, text: string, problems: Problems): TemplateNode | null {
  const lines = new LineCounter();
  const placeAt = (offset: number, path: string): SourceLocation => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1), path };
  };
  const start: SourceLocation = { file, line: 1, column: 1, path: '' };
  if (Buffer.byteLength(text) > templateBytesMax) {
    problems.report(start, `the template is larger than ${templateBytesMax} bytes, the most CloudFormation takes`, 'Split the template.');
    return null;
  }

  // version 1.2: under 1.1 the key `Y` would be `true` and 2012-10-17 a timestamp.
  const document = parseYaml(text, lines);
  if (document instanceof Error) {
    problems.report(start, `cannot be read as YAML: ${document.message}`, 'Correct the syntax.');
    return null;
  }
  for (const error of document.errors) {
    const at = placeAt(error.pos[0], '');
    if (error.code === 'MULTIPLE_DOCS')
      problems.report(at, 'a second YAML document begins here', 'A template is one document: give each a file of its own.');
    else problems.report(at, error.message, 'Correct the YAML syntax.');
  }
  if (document.errors.length > 0) return null;
  if (document.contents === null) {
    problems.report(start, 'the template is empty', 'A template needs at least Resources.');
    return null;
  }
  return convert(document.contents, '');

  function convert(node: YamlNode | null, path: string): TemplateNode {
    const at = placeAt(startOf(node), path);
    if (node === null) return scalarNode(null, at);
    if (isAlias(node)) {
      problems.report(at, `the alias *${node.source} is used`, 'CloudFormation knows no YAML aliases: write the value out.');
      return invalidNode(at);
    }
    const tag = node.tag;
    if (tag === undefined || coreTags.has(tag)) return convertValue(node, path, at);
    const name = shortTags.get(tag);
    if (name === undefined) {
      const hint = `CloudFormation has no such function.${didYouMean(tag, shortTags.keys())}`;
      problems.report(at, `unknown tag ${tag}`, hint);
      return invalidNode(at);
    }
    const argumentPath = join(path, name);
    const value = convertValue(node, argumentPath, { ...at, path: argumentPath });
    return { kind: 'map', entries: new Map([[name, { keyAt: at, value }]]), at };
  }

  /** With its tag: the parser's range begins after it. */
  function startOf(node: YamlNode | null): number {
    const offset = node?.range?.[0] ?? 0;
    const tag = node !== null && !isAlias(node) ? node.tag : undefined;
    const tagOffset = tag?.startsWith('!') ? text.lastIndexOf(tag, offset) : -1;
    return tagOffset === -1 ? offset : tagOffset;
  }

  function convertValue(node: YamlNode, path: string, at: SourceLocation): TemplateNode {
    if (isScalar(node)) {
      const value = typeof node.value === 'bigint' ? Number(node.value) : (node.value as Scalar);
      const text = typeof value === 'string' ? value : value === null ? '' : (node.source ?? String(value));
      return { kind: 'scalar', value, text, at };
    }
    if (isSeq(node)) {
      const items = node.items.map((item, index) => convert(item as YamlNode | null, `${path}[${index}]`));
      return { kind: 'list', items, at };
    }
    const entries = new Map<string, MapEntry>();
    for (const pair of isMap(node) ? node.items : []) {
      const keyNode = pair.key as YamlNode | null;
      const keyAt = placeAt(keyNode?.range?.[0] ?? node.range?.[0] ?? 0, path);
      const key = isScalar(keyNode) && keyNode.value !== null ? (keyNode.source ?? String(keyNode.value)) : null;
      if (key === null) {
        problems.report(keyAt, 'a key must be a text', 'Write the key as a plain word.');
      } else if (key === '<<') {
        problems.report(keyAt, 'the merge key << is used', 'CloudFormation knows no YAML merge keys: write the values out.');
      } else if (entries.has(key)) {
        problems.report(
          { ...keyAt, path: join(path, key) },
          `the key ${key} is there twice`,
          'Remove one of the two keys; CloudFormation would silently take one.',
        );
      } else {
        const keyPath = join(path, key);
        const value = pair.value as YamlNode | null;
        const converted = value === null ? scalarNode(null, { ...keyAt, path: keyPath }) : convert(value, keyPath);
        entries.set(key, { keyAt: { ...keyAt, path: keyPath }, value: converted });
      }
    }
    return { kind: 'map', entries, at };
  }
}

function parseYaml(text: string, lineCounter: LineCounter) {
  try {
    // Unknown tags come as warnings, which the walk above turns into problems of its own; logLevel keeps them off the console.
    // The walk finds double keys too: the parser's own check of them took half of its time (measured, 38 KB: 93 -> 52 ms cold).
    return parseDocument(text, { version: '1.2', schema: 'core', lineCounter, prettyErrors: false, logLevel: 'error', uniqueKeys: false });
  } catch (error) {
    // e.g. nesting so deep that the parser's stack ends
    return error instanceof Error ? error : new Error(String(error));
  }
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
