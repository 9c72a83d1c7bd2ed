// Response templates without Velocity: text with variables put in, compiled at start. Velocity proper is refused there.
import { AirlockError } from '../errors.ts';
import type { SourceLocation } from '../template/deployment.ts';
import { readVariable, type VariableScope } from './context-variables.ts';

export type RenderTemplate = (scope: VariableScope) => string;

const velocity =
  /#(?:\{)?(?:set|if|else|elseif|end|foreach|macro|parse|include|stop|break)\b|##|#\*|\$!?\{?(?:input|util|inputRoot|body|foreach)\b/;
/** $context.a.b, ${context.a.b}, $stageVariables.x, $method.request.header.X */
const variable = /\$(?:\{([A-Za-z][\w.-]*)\}|([A-Za-z]\w*(?:\.[A-Za-z_][\w-]*)+|[A-Za-z]\w*))/g;

/** @throws AirlockError BAD_TEMPLATE for Velocity, and for a variable that is not emulated. */
export function compileTemplate(text: string, what: string, location: SourceLocation): RenderTemplate {
  const directive = velocity.exec(text);
  if (directive) {
    throw new AirlockError(
      'BAD_TEMPLATE',
      `${location.file}:${location.line}: ${what} uses "${directive[0]}", and Velocity is not emulated.`,
      'Use $context, $stageVariables and $method.request variables only, or do this in a function.',
    );
  }
  const parts: (string | ReturnType<typeof readVariable>)[] = [];
  let end = 0;
  for (const match of text.matchAll(variable)) {
    const name = match[1] ?? match[2] ?? '';
    parts.push(text.slice(end, match.index), compileVariable(name, what, location));
    end = match.index + match[0].length;
  }
  parts.push(text.slice(end));
  // A variable without a value is the empty string. [M]
  return (scope) => parts.map((part) => (typeof part === 'string' ? part : (part?.(scope) ?? ''))).join('');
}

/** A response parameter's value: 'text' in single quotes, or a variable without `$`. @throws AirlockError BAD_TEMPLATE */
export function compileParameter(expression: string, what: string, location: SourceLocation): (scope: VariableScope) => string | undefined {
  const quoted = /^'(.*)'$/s.exec(expression);
  if (quoted) return () => quoted[1];
  return compileVariable(expression, what, location);
}

function compileVariable(name: string, what: string, location: SourceLocation) {
  const read = readVariable(name);
  if (read) return read;
  throw new AirlockError(
    'BAD_TEMPLATE',
    `${location.file}:${location.line}: ${what} reads "${name}", which is not emulated.`,
    "Known are 'text in single quotes', context.*, stageVariables.*, method.request.header.*, .querystring.* and .path.*.",
  );
}
