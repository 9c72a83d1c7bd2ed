import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Strict, without the types of a browser, as an application on a server is compiled. */
const compilerOptions = {
  target: 'es2024',
  lib: ['es2024', 'esnext.disposable'],
  module: 'nodenext',
  types: ['node'],
  typeRoots: [join(root, 'node_modules/@types')],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
};

const consumer = `
import { createIdentityClient, IdentityApiError, IdentityNetworkError, type IdentityErrorCode } from 'airlock/client';

const client = createIdentityClient({
  apiUrl: 'https://abc.execute-api.eu-west-1.amazonaws.com/v1',
  productCode: 'airlock-identity',
  credentials: async () => ({ accessKeyId: 'a', secretAccessKey: 'b', sessionToken: undefined }),
});

export async function identify(rows: { email: string }[], signal: AbortSignal): Promise<string> {
  try {
    const { result } = await client.request({ records: rows }, { idempotencyKey: 'order-1', signal });
    return result.bucket + '/' + result.key + ' ' + result.records.toFixed();
  } catch (error) {
    if (error instanceof IdentityApiError && error.code === 'SUBSCRIPTION_ENDED') return 'ended';
    if (error instanceof IdentityNetworkError) return error.code;
    throw error;
  }
}
export const tokenType: Promise<'Bearer'> = client.init().then((answer) => answer.tokenType);
// @ts-expect-error: not a code
export const wrong: IdentityErrorCode = 'SUBSCRIPTION_OVER';
export async function place(inputLocation: string): Promise<string> {
  const { requestId } = await client.submitRequest({ inputLocation });
  const finished = await client.waitForRequest(requestId, { onProgress: ({ recordsDone }) => recordsDone.toFixed() });
  // @ts-expect-error: there is no result before the state is looked at
  finished.result;
  return finished.state === 'SUCCEEDED' ? finished.result.key : finished.error.code;
}
// @ts-expect-error: a type that the API does not take
export const refused = () => client.request({ contentType: 'text/xml', body: '' });
`;

function tsc(directory: string): string {
  const { stdout, stderr, status } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', directory], { encoding: 'utf8' });
  return status === 0 ? '' : stdout + stderr;
}

describe('airlock/client', () => {
  it('compiles in a strict application without the types of a browser', { timeout: 60_000 }, async () => {
    await using directory = await mkdtempDisposable(join(tmpdir(), 'airlock-consumer-'));
    const library = join(directory.path, 'library');
    await cp(join(root, 'contracts/client'), join(library, 'client'), { recursive: true });
    await writeFile(
      join(library, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          ...compilerOptions,
          declaration: true,
          emitDeclarationOnly: true,
          rewriteRelativeImportExtensions: true,
          skipLibCheck: true,
          rootDir: '.',
          outDir: '../node_modules/airlock',
          paths: { '@*': [join(root, 'node_modules/@*')] },
        },
        include: ['client'],
      }),
    );
    expect(tsc(library)).toBe('');

    await writeFile(
      join(directory.path, 'node_modules/airlock/package.json'),
      JSON.stringify({ name: 'airlock', type: 'module', exports: { './client': { types: './client/identity-client.d.ts' } } }),
    );
    const application = join(directory.path, 'application');
    await mkdir(application);
    await writeFile(join(application, 'main.mts'), consumer);
    const readme = await readFile(join(root, 'contracts/client/README.md'), 'utf8');
    const examples = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);
    expect(examples.length).toBe(2);
    for (const [index, code] of examples.entries()) await writeFile(join(application, `readme-${index}.mts`), code);
    // Without skipLibCheck: the client's own declarations are checked too.
    await writeFile(join(application, 'tsconfig.json'), JSON.stringify({ compilerOptions: { ...compilerOptions, noEmit: true } }));
    expect(tsc(application)).toBe('');
  });
});
