// What the authorizer function is invoked with.
import type { AuthorizerRequest } from './authorizer-request.ts';

/** Exactly three keys; the header's value as sent, `Bearer ` included. Source: AWS "Input to an API Gateway Lambda authorizer". */
export function tokenEvent(request: AuthorizerRequest, authorizationToken: string): string {
  return JSON.stringify({ type: 'TOKEN', authorizationToken, methodArn: request.methodArn });
}

/** No body and no isBase64Encoded; empty maps are {}. Source: same page; serverless-offline PR 515 for the empty maps. */
export function requestEvent(request: AuthorizerRequest): string {
  return JSON.stringify({ type: 'REQUEST', methodArn: request.methodArn, ...request.describe() });
}
