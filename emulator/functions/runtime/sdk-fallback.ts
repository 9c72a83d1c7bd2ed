// Lambda's Node runtime brings the AWS SDK with it. Code that is not bundled and has no copy of its own gets Airlock's.
import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

/** `sdkParentUrl`: a module of Airlock's, beside whose packages the SDK lies. */
export function provideSdk(sdkParentUrl: string): void {
  const airlock = createRequire(sdkParentUrl);
  registerHooks({
    resolve(specifier, context, nextResolve) {
      if (!/^@(aws-sdk|smithy)\//.test(specifier)) return nextResolve(specifier, context);
      try {
        return nextResolve(specifier, context);
      } catch (error) {
        // The handler learns that its own import failed, not where else was looked.
        const found = isNotFound(error) ? find(airlock, specifier) : null;
        if (found === null) throw error;
        return { url: pathToFileURL(found).href, shortCircuit: true };
      }
    },
  });
}

function find(require: NodeJS.Require, specifier: string): string | null {
  try {
    return require.resolve(specifier);
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

function isNotFound(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND' || code === 'ERR_PACKAGE_PATH_NOT_EXPORTED';
}
