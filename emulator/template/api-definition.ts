// What a template says of one REST API: stages, routes, authorizers, gateway responses.
import type { PolicyDocument } from '../iam/policy-document.ts';
import type { Resource, SourceLocation } from './deployment.ts';

export interface RestApi extends Resource {
  /** 10 lower-case letters and digits. */
  readonly apiId: string;
  readonly name: string;
  readonly stages: readonly Stage[];
  readonly routes: readonly Route[];
  readonly authorizers: readonly AuthorizerDefinition[];
  /** By AWS's gateway response type, e.g. BAD_REQUEST_BODY, DEFAULT_4XX. */
  readonly gatewayResponses: Readonly<Record<string, GatewayResponse>>;
  readonly binaryMediaTypes: readonly string[];
  /** The resource policy, if any. */
  readonly policy: PolicyDocument | null;
}

export interface Stage {
  readonly stageName: string;
  readonly variables: Readonly<Record<string, string>>;
}

export interface Route {
  /** Upper case, or ANY. */
  readonly httpMethod: string;
  /** Template form: /request, /items/{id}, /{proxy+} */
  readonly resourcePath: string;
  readonly location: SourceLocation;
  readonly authorization: RouteAuthorization;
  readonly validateBody: boolean;
  readonly validateParameters: boolean;
  /** Names of parameters that must be there, as AWS lists them: header, path, query. */
  readonly requiredParameters: {
    readonly header: readonly string[];
    readonly path: readonly string[];
    readonly querystring: readonly string[];
  };
  /** JSON Schema (draft 4, `$ref`s inlined under `definitions` or resolved) by content type. */
  readonly requestSchemas: Readonly<Record<string, unknown>>;
  readonly requestBodyRequired: boolean;
  readonly apiKeyRequired: boolean;
  readonly integration: Integration;
}

export type RouteAuthorization =
  | { readonly type: 'NONE' }
  | { readonly type: 'AWS_IAM' }
  | { readonly type: 'CUSTOM'; readonly authorizer: string };

export type Integration =
  | {
      readonly type: 'AWS_PROXY';
      readonly functionArn: string;
      readonly httpMethod: string;
      readonly timeoutMs: number;
      readonly credentialsRoleArn: string | null;
    }
  | {
      readonly type: 'MOCK';
      readonly requestTemplates: Readonly<Record<string, string>>;
      readonly responses: Readonly<Record<string, IntegrationResponse>>;
    };

export interface IntegrationResponse {
  readonly statusCode: string;
  readonly responseParameters: Readonly<Record<string, string>>;
  readonly responseTemplates: Readonly<Record<string, string>>;
}

export interface AuthorizerDefinition {
  readonly name: string;
  /** 6 lower-case letters and digits. */
  readonly authorizerId: string;
  readonly type: 'TOKEN' | 'REQUEST';
  readonly functionArn: string;
  readonly credentialsRoleArn: string | null;
  /** e.g. ['method.request.header.Authorization'] */
  readonly identitySources: readonly string[];
  readonly identityValidationExpression: string | null;
  readonly resultTtlSeconds: number;
  readonly location: SourceLocation;
}

export interface GatewayResponse {
  readonly statusCode: string | null;
  /** e.g. 'gatewayresponse.header.Cache-Control': "'no-store'" */
  readonly responseParameters: Readonly<Record<string, string>>;
  readonly responseTemplates: Readonly<Record<string, string>>;
}
