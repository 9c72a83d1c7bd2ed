// The ways in which templates name a Lambda function: name, name:qualifier, partial ARN, ARN, API Gateway's invocation URI.
import type { StackContext } from './stack-context.ts';
import { regionalArn } from './stack-context.ts';

export interface FunctionReference {
  /** Unqualified ARN. */
  readonly functionArn: string;
  /** Alias or version; null for the function itself. */
  readonly qualifier: string | null;
}

const name = '[A-Za-z0-9-_]{1,64}';
const qualifier = String.raw`(?::(\$LATEST|[A-Za-z0-9-_]{1,128}))?`;
const fullArn = new RegExp(`^(arn:aws[a-z-]*:lambda:[a-z0-9-]+:\\d{12}:function:${name})${qualifier}$`);
const partialArn = new RegExp(`^(\\d{12}):(?:function:)?(${name})${qualifier}$`);
const bareName = new RegExp(`^(?:function:)?(${name})${qualifier}$`);

/** Null when the text names no function. */
export function parseFunctionReference(text: string, stack: StackContext): FunctionReference | null {
  const arn = fullArn.exec(text);
  if (arn !== null) return { functionArn: arn[1] ?? '', qualifier: arn[2] ?? null };
  const partial = partialArn.exec(text);
  if (partial !== null) {
    const functionArn = regionalArn({ ...stack, accountId: partial[1] ?? '' }, 'lambda', `function:${partial[2]}`);
    return { functionArn, qualifier: partial[3] ?? null };
  }
  const bare = bareName.exec(text);
  if (bare === null) return null;
  return { functionArn: regionalArn(stack, 'lambda', `function:${bare[1]}`), qualifier: bare[2] ?? null };
}

export function qualifiedArn(reference: FunctionReference): string {
  return reference.qualifier === null ? reference.functionArn : `${reference.functionArn}:${reference.qualifier}`;
}

/** `arn:aws:apigateway:R:lambda:path/2015-03-31/functions/ARN/invocations` -> the function's ARN, with its qualifier; null for any other URI. */
export function functionArnOfUri(uri: string): string | null {
  const match = /^arn:aws[a-z-]*:apigateway:[a-z0-9-]+:lambda:path\/2015-03-31\/functions\/(.+)\/invocations$/.exec(uri);
  return match?.[1] ?? null;
}
