// biome-ignore-all lint/suspicious/noTemplateCurlyInString: in these texts ${…} is the placeholder of Fn::Sub.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createProblems } from '../../../emulator/template/problems.ts';
import { readYaml } from '../../../emulator/template/read-yaml.ts';
import { plainOf } from '../../../emulator/template/template-node.ts';
import { errorOf } from './load-text.ts';

function plain(text: string): unknown {
  const problems = createProblems();
  const node = readYaml('t.yaml', text, problems);
  problems.throwIfAny();
  return node === null ? null : plainOf(node);
}

describe('reading YAML', () => {
  it('turns short tags into the long form, nested ones too', () => {
    expect(plain('A: !Ref B')).toEqual({ A: { Ref: 'B' } });
    expect(plain('A: !GetAtt B.Arn')).toEqual({ A: { 'Fn::GetAtt': 'B.Arn' } });
    expect(plain('A: !Sub ["${X}", { X: !Ref B }]')).toEqual({ A: { 'Fn::Sub': ['${X}', { X: { Ref: 'B' } }] } });
    expect(plain('A: !Not [!Condition B]')).toEqual({ A: { 'Fn::Not': [{ Condition: 'B' }] } });
    expect(plain('A: !Base64\n  Fn::Sub: x')).toEqual({ A: { 'Fn::Base64': { 'Fn::Sub': 'x' } } });
  });

  it('reads as YAML 1.2: dates, yes and Y stay texts', () => {
    expect(plain('Version: 2012-10-17\nY: yes\nN: 0644')).toEqual({ Version: '2012-10-17', Y: 'yes', N: 644 });
  });

  it('keeps a number as it is written beside its value', () => {
    const node = readYaml('t.yaml', 'A: 012345678901', createProblems());
    expect(node).toMatchObject({ kind: 'map' });
    expect(node?.kind === 'map' && node.entries.get('A')?.value).toMatchObject({ text: '012345678901', value: 12_345_678_901 });
  });

  it('gives every value its line, column and path', () => {
    const node = readYaml('t.yaml', 'A:\n  B:\n    - 1\n    - C: !Ref D\n', createProblems());
    const a = node?.kind === 'map' ? node.entries.get('A')?.value : undefined;
    const b = a?.kind === 'map' ? a.entries.get('B')?.value : undefined;
    const item = b?.kind === 'list' ? b.items[1] : undefined;
    const c = item?.kind === 'map' ? item.entries.get('C') : undefined;
    expect(c?.keyAt).toEqual({ file: 't.yaml', line: 4, column: 7, path: 'A.B[1].C' });
    expect(c?.value.at).toEqual({ file: 't.yaml', line: 4, column: 10, path: 'A.B[1].C' });
  });

  it('reads JSON, indented with tabs too', () => {
    expect(plain('{\n\t"A": {\n\t\t"Ref": "B"\n\t}\n}')).toEqual({ A: { Ref: 'B' } });
  });

  it('reads back whatever JSON writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        fc.pre(typeof value === 'object' && value !== null && !JSON.stringify(value).includes('"<<"'));
        expect(plain(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it.each([
    ['a syntax error', 'Resources:\n  A: {Type: AWS::S3::Bucket\n', /^template\.yaml:3:1: /, /syntax/],
    [
      'a double key',
      'Resources:\n  A: {Type: AWS::S3::Bucket}\n  A: {Type: AWS::S3::Bucket}\n',
      /^template\.yaml:3:3 {2}Resources\.A: the key A is there twice/,
      /Remove/,
    ],
    [
      'an unknown tag',
      'Resources:\n  A:\n    Type: !Rfe X\n',
      /^template\.yaml:3:11 {2}Resources\.A\.Type: unknown tag !Rfe/,
      /Did you mean !Ref\?/,
    ],
    [
      'an alias',
      'Resources:\n  A: &a { Type: AWS::S3::Bucket }\n  B: *a\n',
      /^template\.yaml:3:6 {2}Resources\.B: the alias \*a is used/,
      /no YAML aliases/,
    ],
    ['two documents', 'Resources: {}\n---\nResources: {}\n', /^template\.yaml:2:1: a second YAML document begins here/, /one document/],
    ['an empty text', '', /^template\.yaml:1:1: the template is empty/, /Resources/],
    ['nesting without end', '['.repeat(5_000), /^[\s\S]*template\.yaml:1:/, /./],
    [
      'a text of more than 1 MB',
      `# ${'x'.repeat(1_048_577)}\nResources: {}`,
      /^template\.yaml:1:1: the template is larger than 1048576 bytes/,
      /Split/,
    ],
  ])('refuses %s and says where', async (_what, text, message, hint) => {
    const error = await errorOf(text);
    expect(error.code).toBe('BAD_TEMPLATE');
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
  });
});
