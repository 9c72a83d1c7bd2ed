// What is known of a request after each stage. Every stage takes one of these and returns the next, or a Refusal.
import type { Stage } from '../template/api-definition.ts';
import type { CompiledRoute } from './compile-api.ts';
import type { QueryParameters } from './parse-query.ts';
import type { RequestHeaders } from './request-headers.ts';

/** From the HTTP server. */
export interface ReceivedRequest {
  readonly method: string;
  readonly rawUrl: string;
  readonly rawHeaders: readonly string[];
  /** e.g. 1.1 */
  readonly httpVersion: string;
  readonly sourceIp: string;
  /** null: larger than the limit, and not kept. */
  readonly body: Buffer | null;
}

/** After stages/parse-request.ts. */
export interface ParsedRequest extends Omit<ReceivedRequest, 'body'> {
  readonly requestId: string;
  /** Equal to the answer's x-amz-apigw-id. */
  readonly extendedRequestId: string;
  /** X-Ray: 1-<8 hex>-<24 hex> */
  readonly traceId: string;
  readonly receivedAt: number;
  readonly headers: RequestHeaders;
  /** Path with the stage, undecoded, as on the wire. */
  readonly rawPath: string;
  readonly rawQuery: string;
  readonly query: QueryParameters;
  readonly body: Buffer;
}

/** After stages/route-request.ts. */
export interface RoutedRequest extends ParsedRequest {
  readonly stage: Stage;
  /** The method that was routed: X-HTTP-Method-Override where sent. */
  readonly httpMethod: string;
  /** Undecoded path without the stage. */
  readonly path: string;
  readonly route: CompiledRoute;
  readonly pathParameters: Readonly<Record<string, string>>;
  /** arn:aws:execute-api:R:A:API/STAGE/VERB/actual/path */
  readonly methodArn: string;
}

/** After stages/authorize-request.ts. */
export interface AuthorizedRequest extends RoutedRequest {
  readonly caller: Caller;
}

export type Caller =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'iam';
      readonly accessKeyId: string;
      readonly accountId: string;
      readonly userId: string;
      readonly arn: string;
    }
  | {
      readonly kind: 'authorizer';
      readonly principalId: string;
      readonly context: Readonly<Record<string, string>>;
      readonly integrationLatencyMs: number;
    };

/** What goes back to the client. */
export interface GatewayAnswer {
  readonly status: number;
  /** In order; a name may come twice. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer | string;
}
