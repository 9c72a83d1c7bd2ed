// The instance types that the package file declares, wherever in it: a CreateModelPackage request has the same lists as a template.
import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { NotDecided, type Probe } from '../evidence.ts';

const lists: ReadonlySet<string> = new Set(['SupportedRealtimeInferenceInstanceTypes', 'SupportedTransformInstanceTypes']);
const depthMax = 50;

/** At least one. Rejects with NotDecided without a package file, or where it declares none; what is wrong with the file is another check's. */
export const declaredInstanceTypes: Probe<readonly string[]> = {
  title: 'reading the declared instance types',
  async run({ options: { packageFile } }) {
    if (packageFile === null)
      throw new NotDecided('no package file names instance types (--package FILE), and no limits were given (--model-memory)');
    const types = instanceTypesIn(await readText(packageFile));
    if (types.length === 0) throw new NotDecided('the package file declares no instance types');
    return types;
  },
};

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new NotDecided('the package file cannot be read', { cause: error });
  }
}

/** JSON or YAML; a text that is neither declares nothing. */
export function instanceTypesIn(text: string): readonly string[] {
  const document = parseDocument(text, { logLevel: 'silent' });
  if (document.errors.length > 0) return [];
  const types = new Set<string>();
  const walk = (value: unknown, depth: number) => {
    if (depth > depthMax || typeof value !== 'object' || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      if (lists.has(name) && Array.isArray(inner)) {
        for (const type of inner) if (typeof type === 'string') types.add(type);
      } else walk(inner, depth + 1);
    }
  };
  walk(document.toJS(), 0);
  return [...types];
}
