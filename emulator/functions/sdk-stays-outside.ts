// Bundling the AWS SDK takes over half a second, leaving it outside 30 ms, and Lambda's Node runtime brings it anyway. So bundles
// made here import it by path, from where the handler finds it; everything else is bundled as it is packaged for Lambda.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';

export const sdkStaysOutside: Plugin = {
  name: 'sdk-stays-outside',
  setup(build) {
    const isModule = build.initialOptions.format === 'esm';
    build.onResolve({ filter: /^@(aws-sdk|smithy)\// }, ({ path, resolveDir, kind }) => {
      const found = find(path, [join(resolveDir, 'handler.js'), import.meta.url]);
      // Not there, or only as a module for bundlers: esbuild's to answer.
      if (found === null) return null;
      return { path: isModule && kind !== 'require-call' ? pathToFileURL(found).href : found, external: true };
    });
  },
};

/** The handler's own copy first, then Airlock's: the order on Lambda. */
function find(specifier: string, parents: readonly string[]): string | null {
  for (const parent of parents) {
    try {
      return createRequire(parent).resolve(specifier);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code !== 'MODULE_NOT_FOUND' && code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw error;
    }
  }
  return null;
}
