// Where the built-in model lies: its program, compiled in the package, and its artifact.
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { AirlockError } from '../errors.ts';
import { packageFile } from '../package-files.ts';

/** Absolute paths of the program and of its artifact. */
export function findModelStub(): { readonly entryPoint: string; readonly modelDirectory: string } {
  // Node does not strip types from a file under node_modules, so a compiled program goes first.
  const entryPoint = [packageFile('model-stub/serve.js'), packageFile('model-stub/serve.ts')].find((path) => existsSync(path));
  const manifest = packageFile('model-stub/model/manifest.json');
  if (entryPoint === undefined || !existsSync(manifest)) {
    throw new AirlockError(
      'NOT_AVAILABLE',
      `The built-in model is not in ${dirname(packageFile('model-stub/serve.ts'))}`,
      'Install Airlock again, or use --model URL.',
    );
  }
  return { entryPoint, modelDirectory: dirname(manifest) };
}
