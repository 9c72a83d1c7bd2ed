// What an authorizer needs to know of a request. The gateway builds it; nothing here knows HTTP.

export interface AuthorizerRequest {
  /** arn:aws:execute-api:R:A:API/STAGE/VERB/actual/path */
  readonly methodArn: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  /** All values in wire order, the name in any spelling; [] where it is absent. */
  headerValues(name: string): readonly string[];
  /** Decoded values in wire order, the name as spelt; [] where it is absent. */
  queryValues(name: string): readonly string[];
  /** A `$context` variable by its path, e.g. identity.sourceIp; undefined where it has no value. */
  contextVariable(path: string): string | undefined;
  /** The condition keys of this request, e.g. aws:SourceIp. */
  readonly conditionContext: Readonly<Record<string, string | readonly string[]>>;
  /** X-Ray header value for the authorizer's invocation. */
  readonly traceHeader: string;
  /** What a REQUEST event carries beside type and methodArn. Called only where a REQUEST authorizer is invoked. */
  describe(): RequestDescription;
}

/** The shared part of proxy and REQUEST authorizer events. Empty maps are {} here, null in the proxy event. */
interface RequestDescription {
  readonly resource: string;
  readonly path: string;
  readonly httpMethod: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
  readonly queryStringParameters: Readonly<Record<string, string>>;
  readonly multiValueQueryStringParameters: Readonly<Record<string, readonly string[]>>;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly requestContext: Readonly<Record<string, unknown>>;
}
