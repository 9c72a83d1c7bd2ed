// Where the built-in model lies: beside emulator/ in the repository, beside dist/emulator/ or above dist/ in the package.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { AirlockError } from '../errors.ts';

const folders = [resolve(import.meta.dirname, '../../model-stub'), resolve(import.meta.dirname, '../../../model-stub')];

/** Absolute paths of the program and of its artifact. */
export function findModelStub(): { readonly entryPoint: string; readonly modelDirectory: string } {
  // Node does not strip types from a file under node_modules, so a compiled program goes first.
  const entryPoint = folders
    .flatMap((folder) => [resolve(folder, 'serve.js'), resolve(folder, 'serve.ts')])
    .find((path) => existsSync(path));
  const modelDirectory = folders.map((folder) => resolve(folder, 'model')).find((path) => existsSync(resolve(path, 'manifest.json')));
  if (entryPoint === undefined || modelDirectory === undefined) {
    throw new AirlockError(
      'NOT_AVAILABLE',
      `The built-in model is not in ${folders.join(' nor in ')}`,
      'Install Airlock again, or use --model URL.',
    );
  }
  return { entryPoint, modelDirectory };
}
