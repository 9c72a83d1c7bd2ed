// --package FILE -> what it says and what is wrong with it: a CreateModelPackage request as JSON (or YAML), or a CloudFormation template.
import { basename } from 'node:path';
import { readRegularFile } from '../../../contracts/pact/read-regular-file.ts';
import { AirlockError } from '../../errors.ts';
import { mapAt, textAt, valueAt } from '../../template/node-access.ts';
import { createProblems, type Problems } from '../../template/problems.ts';
import { readYaml } from '../../template/read-yaml.ts';
import { checkShape } from '../../template/shape.ts';
import { emptyMapNode, type MapNode, nodeOfPlain, type TemplateNode } from '../../template/template-node.ts';
import { type ModelPackage, toModelPackage } from './model-package.ts';
import { checkPackageRules } from './package-rules.ts';
import { packageShape } from './package-shape.ts';
import { resolveValues } from './resolve-values.ts';

export interface PackageFile {
  readonly kind: 'request' | 'template';
  /** Null: a template without AWS::SageMaker::ModelPackage. */
  readonly modelPackage: ModelPackage | null;
  /** One line each, with its place: `file.json:12 InferenceSpecification.Containers[0].Image: …`. */
  readonly problems: readonly string[];
  /** The same, of what is allowed and should be looked at. */
  readonly remarks: readonly string[];
  /** Places of values that only a deployment has; they were not looked at. */
  readonly unknown: readonly string[];
  /** The whole of a template; null of a request. */
  readonly template: TemplateNode | null;
}

/** CloudFormation's own limit for a template. */
const bytesMax = 1024 * 1024;
const resourceType = 'AWS::SageMaker::ModelPackage';
const hint =
  'Give the CreateModelPackage request as JSON, or a CloudFormation template; airlock validate --init writes a request to start from.';

/** @throws AirlockError BAD_OPTION for a file that cannot be read, or is neither of the two */
export async function readPackageFile(path: string): Promise<PackageFile> {
  const file = await readRegularFile(path, bytesMax).catch((cause: NodeJS.ErrnoException) => {
    throw new AirlockError('BAD_OPTION', `--package ${path} cannot be read (${cause.code})`, hint, { cause });
  });
  if (file.refused !== null) throw new AirlockError('BAD_OPTION', `--package ${path} ${file.words}`, hint);
  return parsePackageFile(file.bytes.toString('utf8'), path);
}

/** `path`: for messages. @throws AirlockError BAD_OPTION */
export function parsePackageFile(text: string, path: string): PackageFile {
  const root = parse(text.replace(/^\uFEFF/, ''), path);
  const resources = mapAt(root, 'Resources');
  if (resources === null) {
    const known = ['InferenceSpecification', 'ModelPackageName', 'ValidationSpecification', 'CertifyForMarketplace'];
    if (!known.some((name) => root.entries.has(name)))
      throw new AirlockError('BAD_OPTION', `--package ${path} is neither a CreateModelPackage request nor a CloudFormation template`, hint);
    return { kind: 'request', template: null, unknown: [], ...lint(root, false) };
  }
  const declared = [...resources.entries].flatMap(([id, { value }]) => (textAt(value, 'Type') === resourceType ? [{ id, value }] : []));
  const [first, ...others] = declared;
  if (first === undefined) return { kind: 'template', modelPackage: null, problems: [], remarks: [], unknown: [], template: root };
  const properties = valueAt(first.value, 'Properties') ?? emptyMapNode(first.value.at);
  const { node, unknown } = resolveValues(properties, root);
  const { modelPackage, problems, remarks } = lint(node, true);
  const several = others.map(({ id }) => `${basename(path)}: the template has several model packages; ${id} was not looked at`);
  return { kind: 'template', template: root, modelPackage, problems, remarks: [...remarks, ...several], unknown };
}

function lint(node: TemplateNode, isTemplate: boolean): Pick<PackageFile, 'modelPackage' | 'problems' | 'remarks'> {
  const problems = createProblems();
  const remarks = createProblems();
  checkShape(node, packageShape({ isTemplate }), problems);
  checkPackageRules(node, { problems, remarks });
  return { modelPackage: toModelPackage(node), problems: linesOf(problems), remarks: linesOf(remarks) };
}

/** As findings show them. */
export function linesOf(problems: Problems): readonly string[] {
  const byPlace = [...problems.list].sort((one, other) => one.at.line - other.at.line || one.at.column - other.at.column);
  return byPlace.map(({ at, message, hint: advice }) => {
    const place = at.path === '' ? `${basename(at.file)}:${at.line}` : `${basename(at.file)}:${at.line} ${at.path}`;
    return `${place}: ${message}${advice === '' ? '' : ` (${advice})`}`;
  });
}

function parse(text: string, path: string): MapNode {
  const isJson = text.trimStart().startsWith('{');
  // YAML would take more than JSON: a comma too many, a word without quotes. AWS's clients do not.
  const plain: unknown = isJson ? parseJson(text, path) : null;
  const problems = createProblems();
  const read = readYaml(path, text, problems);
  const [first] = problems.list;
  if (isJson && (first !== undefined || read === null)) {
    const node = nodeOfPlain(plain, { file: path, line: 1, column: 1, path: '' });
    if (first?.message.includes('is there twice') !== true && node.kind === 'map') return node;
  }
  if (first !== undefined)
    throw new AirlockError('BAD_OPTION', `--package ${path} is no JSON and no YAML: line ${first.at.line}: ${first.message}`, hint);
  if (read?.kind !== 'map') throw new AirlockError('BAD_OPTION', `--package ${path} holds no object`, hint);
  return read;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new AirlockError('BAD_OPTION', `--package ${path} is no JSON: ${cause.message}`, hint, { cause });
  }
}
