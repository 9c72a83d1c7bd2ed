// A TOKEN authorizer's own check: a token that does not match is refused before the function is invoked.
import { AirlockError } from '../errors.ts';
import type { AuthorizerDefinition } from '../template/api-definition.ts';

/**
 * True where the whole token matches. AWS evaluates a Java expression with `matches` [M], so `Bearer .+` has to cover
 * all of the header. Java-only syntax such as (?i) is refused at start, not guessed at. The expression is the template author's
 * own and is not guarded against slowness: one that backtracks without end stops the gateway.
 * @throws AirlockError BAD_TEMPLATE
 */
export function compileValidationExpression(definition: AuthorizerDefinition): (token: string) => boolean {
  const { identityValidationExpression: expression, location, name } = definition;
  if (expression === null || expression === '') return () => true;
  if (definition.type === 'REQUEST') {
    throw new AirlockError(
      'BAD_TEMPLATE',
      `${location.file}:${location.line}: authorizer ${name} is of type REQUEST and has an identityValidationExpression.`,
      'Only TOKEN authorizers have one: remove it, or check the value in the function.',
    );
  }
  try {
    const pattern = new RegExp(`^(?:${expression})$`);
    return (token) => pattern.test(token);
  } catch (cause) {
    throw new AirlockError(
      'BAD_TEMPLATE',
      `${location.file}:${location.line}: the identityValidationExpression of ${name} cannot be compiled: ${String(cause)}`,
      'Write it so that it is valid both in Java and in JavaScript.',
      { cause },
    );
  }
}
