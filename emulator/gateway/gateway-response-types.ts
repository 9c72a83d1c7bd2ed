// Every answer API Gateway makes by itself, in one table: default status, body, x-amzn-ErrorType, and how we know.

/** How a row is known: S sourced, M memory or inference, never checked against AWS. */
type Mark = 'S' | 'M';

export interface GatewayResponseDefault {
  readonly status: number;
  readonly errorType: string;
  /** null is the JSON null that AWS sends for a misconfigured authorizer. */
  readonly message: string | null;
  /** ACCESS_DENIED alone has a capital M. */
  readonly member: 'message' | 'Message';
  /** Integration and validator errors have a space after the colon (recorded Content-Length 36), the others none. */
  readonly separator: ':' | ': ';
  readonly mark: Mark;
}

/**
 * The types a template can override. Statuses: AWS "Gateway response types"; texts and error types: recorded or quoted in public where the row says S.
 * INTEGRATION_FAILURE is documented as 504, and failures of a Lambda function surface as 502.
 */
export const gatewayResponseTypes = {
  ACCESS_DENIED: row(403, 'AccessDeniedException', 'User is not authorized to access this resource', 'S', 'Message'),
  API_CONFIGURATION_ERROR: row(500, 'InternalServerErrorException', 'Internal server error', 'M', 'message', ': '),
  AUTHORIZER_CONFIGURATION_ERROR: row(500, 'AuthorizerConfigurationException', null, 'S'),
  AUTHORIZER_FAILURE: row(500, 'AuthorizerFailureException', 'Internal server error', 'M'),
  BAD_REQUEST_PARAMETERS: row(400, 'BadRequestException', 'Missing required request parameters', 'S', 'message', ': '),
  BAD_REQUEST_BODY: row(400, 'BadRequestException', 'Invalid request body', 'S', 'message', ': '),
  EXPIRED_TOKEN: row(403, 'ExpiredTokenException', 'The security token included in the request is expired', 'M'),
  INTEGRATION_FAILURE: row(502, 'InternalServerErrorException', 'Internal server error', 'S', 'message', ': '),
  INTEGRATION_TIMEOUT: row(504, 'InternalServerErrorException', 'Endpoint request timed out', 'S', 'message', ': '),
  INVALID_API_KEY: row(403, 'ForbiddenException', 'Forbidden', 'S'),
  INVALID_SIGNATURE: row(403, 'InvalidSignatureException', 'The request signature we calculated does not match.', 'M'),
  MISSING_AUTHENTICATION_TOKEN: row(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token', 'S'),
  QUOTA_EXCEEDED: row(429, 'LimitExceededException', 'Limit Exceeded', 'S'),
  REQUEST_TOO_LARGE: row(413, 'RequestTooLargeException', 'Request Too Long', 'M'),
  RESOURCE_NOT_FOUND: row(404, 'NotFoundException', 'Not Found', 'M'),
  THROTTLED: row(429, 'TooManyRequestsException', 'Too Many Requests', 'S'),
  UNAUTHORIZED: row(401, 'UnauthorizedException', 'Unauthorized', 'S'),
  UNSUPPORTED_MEDIA_TYPE: row(415, 'UnsupportedMediaTypeException', 'Unsupported Media Type', 'M'),
  WAF_FILTERED: row(403, 'ForbiddenException', 'Forbidden', 'M'),
} as const satisfies Readonly<Record<string, GatewayResponseDefault>>;

export type GatewayResponseType = keyof typeof gatewayResponseTypes;

/** The overrides that apply to every type of their class that has none of its own. */
export const defaultResponseTypes = ['DEFAULT_4XX', 'DEFAULT_5XX'] as const;

/** AWS never lets a template change this one. Source: AWS "Known issues". */
export const notCustomisable: ReadonlySet<GatewayResponseType> = new Set(['REQUEST_TOO_LARGE']);

export interface FixedResponse {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly errorType: string | null;
  readonly mark: Mark;
}

/** What the service in front of the API answers: no template can change it, and no CORS header is added. */
export const fixedResponses = {
  BODY_OVER_10_MB: fixed(413, 'text/plain', 'HTTP content length exceeded 10485760 bytes.', null, 'S'),
  URI_TOO_LONG: fixed(414, 'text/plain', 'Request URI too long', null, 'S'),
  HEADERS_TOO_LARGE: fixed(431, 'application/json', '{"message":"Request Header Fields Too Large"}', null, 'M'),
  UNENCODED_QUERY: fixed(400, 'application/json', '{"message":"Bad Request"}', 'BadRequestException', 'M'),
  UNKNOWN_STAGE: fixed(403, 'application/json', '{"message":"Forbidden"}', 'ForbiddenException', 'M'),
} as const satisfies Readonly<Record<string, FixedResponse>>;

export type FixedResponseName = keyof typeof fixedResponses;

function row(
  status: number,
  errorType: string,
  message: string | null,
  mark: Mark,
  member: 'message' | 'Message' = 'message',
  separator: ':' | ': ' = ':',
): GatewayResponseDefault {
  return { status, errorType, message, member, separator, mark };
}

function fixed(status: number, contentType: string, body: string, errorType: string | null, mark: Mark): FixedResponse {
  return { status, contentType, body, errorType, mark };
}
