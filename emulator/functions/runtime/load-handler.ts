// The init phase: from a handler string such as `dir/module.name` to the function it names.
// Source of the order and the errors: aws-lambda-ric 4.0.2 (nodejs24), user function loader.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { callbackHandlerDeprecated, runtimeError } from './runtime-errors.ts';

export type Handler = (event: unknown, context: object, callback?: (error: unknown, result?: unknown) => void) => unknown;

/** Throws the module's own error, or a Runtime.* error. */
export async function loadHandler(options: { taskRoot: string; handler: string; nodeMajor: number }): Promise<Handler> {
  const { taskRoot, handler, nodeMajor } = options;
  if (handler.includes('..')) {
    throw runtimeError(
      'Runtime.MalformedHandlerName',
      `'${handler}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    );
  }
  const lastSegment = basename(handler);
  const folder = handler.slice(0, handler.indexOf(lastSegment));
  const dot = lastSegment.indexOf('.');
  if (dot < 0) throw runtimeError('Runtime.MalformedHandlerName', 'Bad handler');
  const module = await loadModule(taskRoot, folder, lastSegment.slice(0, dot));
  const found = findExport(module, lastSegment.slice(dot + 1));
  if (!found) throw runtimeError('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
  if (typeof found !== 'function') throw runtimeError('Runtime.HandlerNotFound', `${handler} is not a function`);
  if (nodeMajor >= 24 && found.length >= 3) throw runtimeError('Runtime.CallbackHandlerDeprecated', callbackHandlerDeprecated);
  return found as Handler;
}

async function loadModule(taskRoot: string, folder: string, moduleName: string): Promise<unknown> {
  const path = resolve(taskRoot, folder, moduleName);
  try {
    for (const extension of ['', '.js', '.mjs', '.cjs']) {
      if (existsSync(path + extension)) return await import(pathToFileURL(path + extension).href);
    }
    const require = createRequire(resolve(taskRoot, 'runtime.js'));
    return require(require.resolve(moduleName, { paths: [taskRoot, resolve(taskRoot, folder)] }));
  } catch (error) {
    if (error instanceof SyntaxError) {
      const syntaxError = runtimeError('Runtime.UserCodeSyntaxError', String(error));
      if (error.stack !== undefined) syntaxError.stack = error.stack;
      throw syntaxError;
    }
    // A missing ES module has another code, ERR_MODULE_NOT_FOUND, and stays as it is: so it does in Lambda's runtime.
    if (error instanceof Error && (error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') {
      throw runtimeError('Runtime.ImportModuleError', String(error));
    }
    throw error;
  }
}

function findExport(module: unknown, name: string): unknown {
  const direct = follow(module, name);
  if (direct) return direct;
  return typeof module === 'object' && module !== null && 'default' in module ? follow(module.default, name) : undefined;
}

function follow(from: unknown, name: string): unknown {
  return name
    .split('.')
    .reduce<unknown>(
      (value, key) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined),
      from,
    );
}
