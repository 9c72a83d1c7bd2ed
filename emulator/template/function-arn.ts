// A Lambda function as a template names it, as an ARN: what the text leaves out is the stack's own.
import { parseFunctionReference } from '../function-reference.ts';
import type { StackContext } from './stack-context.ts';
import { regionalArn } from './stack-context.ts';

export interface FunctionArn {
  /** Unqualified. */
  readonly functionArn: string;
  /** Alias or version; null for the function itself. */
  readonly qualifier: string | null;
}

/** Null when the text names no function. */
export function functionArnOf(text: string, stack: StackContext): FunctionArn | null {
  const reference = parseFunctionReference(text);
  if (reference === null) return null;
  const { functionName, qualifier } = reference;
  const place = {
    ...stack,
    partition: reference.partition ?? stack.partition,
    region: reference.region ?? stack.region,
    accountId: reference.accountId ?? stack.accountId,
  };
  return { functionArn: regionalArn(place, 'lambda', `function:${functionName}`), qualifier };
}

export function qualifiedArn({ functionArn, qualifier }: FunctionArn): string {
  return qualifier === null ? functionArn : `${functionArn}:${qualifier}`;
}

/** `arn:aws:apigateway:R:lambda:path/2015-03-31/functions/ARN/invocations` -> the function's ARN, with its qualifier; null for any other URI. */
export function functionArnOfUri(uri: string): string | null {
  const match = /^arn:aws[a-z-]*:apigateway:[a-z0-9-]+:lambda:path\/2015-03-31\/functions\/(.+)\/invocations$/.exec(uri);
  return match?.[1] ?? null;
}
