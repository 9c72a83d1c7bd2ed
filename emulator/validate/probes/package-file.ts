// The package file that was given, read once.
import { NotDecided, type Probe } from '../evidence.ts';
import type { ModelPackage } from '../model-package/model-package.ts';
import { type PackageFile, readPackageFile } from '../model-package/read-package-file.ts';

/** Rejects with NotDecided where none was given. @throws AirlockError BAD_OPTION for a file that is neither request nor template */
export const packageFile: Probe<PackageFile> = {
  title: 'reading the package file',
  async run({ options }) {
    if (options.packageFile === null)
      throw new NotDecided('no package file was given (--package FILE; `airlock validate --init` writes one to start from)');
    return readPackageFile(options.packageFile);
  },
};

interface Asks {
  of<Found>(probe: Probe<Found>): Promise<Found>;
}

/** Rejects with NotDecided where none was given, or the template has none. */
export async function modelPackageOf({ of }: Asks): Promise<ModelPackage> {
  const { modelPackage } = await of(packageFile);
  if (modelPackage === null) throw new NotDecided('the template has no AWS::SageMaker::ModelPackage');
  return modelPackage;
}

/** For checks that can do without: null where there is none. */
export async function modelPackageIfGiven(asks: Asks): Promise<ModelPackage | null> {
  try {
    return await modelPackageOf(asks);
  } catch (error) {
    if (error instanceof NotDecided) return null;
    throw error;
  }
}
