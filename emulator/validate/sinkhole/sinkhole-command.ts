// How a container runs the sinkhole: the program goes along as an argument, so any image with Node 20 or newer will do and nothing is copied.
import { extname } from 'node:path';
import { buildSync } from 'esbuild';

/** The whole argv. `names`: the addresses that names get, see program/run-sinkhole.ts. */
export function sinkholeCommand(names: { readonly firstAddress: string; readonly addresses: number }): readonly string[] {
  // Beside this file it is .ts in the repository and .js in the published package.
  const program = `./program/run-sinkhole${extname(import.meta.filename)}`;
  const { outputFiles } = buildSync({
    stdin: {
      contents: `import { runSinkhole } from '${program}'; await runSinkhole(process.argv.slice(1));`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    write: false,
    logLevel: 'silent',
  });
  const [bundle] = outputFiles;
  if (!bundle) throw new Error('esbuild made no bundle of the sinkhole.');
  return ['node', '--input-type=module', '-e', bundle.text, '--', names.firstAddress, String(names.addresses)];
}
