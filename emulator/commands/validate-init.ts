// `airlock validate --init DIR`: a samples folder and a package file to start from.
import { lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AirlockError } from '../errors.ts';
import { initPackage, packageFileName } from '../validate/init-package.ts';
import { initSamples } from '../validate/init-samples.ts';
import { makeDirectory, removeEmpty } from './make-directory.ts';

/** Exit code 0. All of it or nothing: what is there already stays as it is. @throws AirlockError BAD_OPTION */
export async function initValidation(image: string | undefined, directory: unknown): Promise<number> {
  if (image !== undefined) {
    throw new AirlockError(
      'BAD_OPTION',
      `--init checks no image, and "${image}" was named.`,
      'First --init DIR, then validate the image with the files.',
    );
  }
  if (typeof directory !== 'string' || directory.trim() === '') {
    throw new AirlockError('BAD_OPTION', `--init is ${JSON.stringify(directory)}.`, 'Name a directory, e.g. --init .');
  }
  const samples = join(directory, 'samples');
  const packageFile = join(directory, packageFileName);
  for (const path of [samples, packageFile]) await refuseWhatIsThere(path);
  const made = await makeDirectory(directory).catch(refuse(directory));
  try {
    await initSamples(samples);
    await initPackage(packageFile);
  } catch (error) {
    for (const path of [samples, packageFile]) await rm(path, { recursive: true, force: true });
    removeEmpty(made);
    throw error;
  }
  const lines = [
    `written: ${samples}/ (see its README.md) and ${packageFile}`,
    'Put your own samples, and the names, types and ARNs of your package in. Then:',
    `  airlock validate my-image:1 --samples ${samples} --package ${packageFile}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

async function refuseWhatIsThere(path: string): Promise<void> {
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? null : refuse(path)(error)));
  if (found !== null) throw new AirlockError('BAD_OPTION', `${path} is there already.`, 'Name a new directory: nothing is overwritten.');
}

function refuse(path: string): (cause: Error) => never {
  return (cause) => {
    throw new AirlockError('BAD_OPTION', `${path} cannot be written: ${cause.message}`, 'Name a directory that can be written to.', {
      cause,
    });
  };
}
