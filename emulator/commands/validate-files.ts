// --samples and --package are read before the first container starts: what cannot be read is said at once.
import { readPackageFile } from '../validate/model-package/read-package-file.ts';
import { readSamples } from '../validate/read-samples.ts';
import type { ValidateOptions } from '../validate/validate-options.ts';

/** What they say is for the checks. @throws AirlockError BAD_OPTION */
export async function checkGivenFiles({ samples, packageFile }: ValidateOptions): Promise<void> {
  if (samples !== null) await readSamples(samples);
  if (packageFile !== null) await readPackageFile(packageFile);
}
