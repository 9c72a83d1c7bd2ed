// Every error that an answer of the API can mean, in one table: what it says, and whether the same call may succeed a little later.

interface ErrorRow {
  readonly text: string;
  /** The client repeats the call by itself. */
  readonly retryable: boolean;
}

/** Codes that the functions behind the API answer with, in `{ "error": { "code", "message", "requestId" } }`. */
export const serviceErrors = {
  INVALID_REQUEST_BODY: no('The body does not have the form that the API asks for.'),
  INVALID_REQUEST_PARAMETERS: no('A header or parameter does not have the form that the API asks for.'),
  SUBSCRIPTION_NOT_FOUND: no('The partner knows no subscription of this account.'),
  SUBSCRIPTION_ENDED: no('The subscription of this account has ended.'),
  PRODUCT_NOT_SUBSCRIBED: no('The subscription of this account does not cover this product.'),
  CALLER_NOT_RECOGNISED: no('The partner did not recognise this account.'),
  PARTNER_UNAVAILABLE: yes('The partner could not issue a token.'),
  // The partner's function works and says something wrong: only the partner mends that.
  PARTNER_ANSWER_INVALID: no('The partner answered with something that is not a token.'),
  // A mistake in the template of the API, which stays until it is deployed again.
  AUTHORIZER_MISSING: no('The API is not set up: nothing verified the token.'),
  TOKEN_EXPIRED: no('The token has expired.'),
  SUBJECT_MISMATCH: no('The token was issued to another account.'),
  EMPTY_BODY: no('The body is empty.'),
  INVALID_ENCODING: no('The body is not valid UTF-8.'),
  INVALID_JSON: no('The body must be a JSON object with a list "records" and nothing else.'),
  INVALID_JSON_LINE: no('Every line must be a JSON value.'),
  INVALID_CSV: no('The CSV is not valid: a quote is open or out of place.'),
  INVALID_LINE_ENDS: no('Lines must end with LF or CRLF.'),
  RAGGED_ROW: no('A row does not have as many fields as the header.'),
  NO_RECORDS: no('There must be at least one record.'),
  RECORD_NOT_AN_OBJECT: no('Every record must be a JSON object.'),
  INVALID_IDEMPOTENCY_KEY: no('The idempotency key must be 1 to 255 visible ASCII characters.'),
  UNSUPPORTED_CONTENT_TYPE: no('The content type is not one of those that the API takes.'),
  REQUEST_TOO_LARGE: no('The body is too large.'),
  IDEMPOTENCY_KEY_REUSED: no('This idempotency key was used with another request.'),
  REQUEST_IN_PROGRESS: yes('A request with this idempotency key is being worked on.'),
  INVALID_INPUT_LOCATION: no('inputLocation must be s3://, the results bucket, and a key that begins with inputs/.'),
  INPUT_NOT_FOUND: no('There is no object at inputLocation.'),
  EMPTY_INPUT: no('The object at inputLocation is empty.'),
  UNSUPPORTED_INPUT_TYPE: no('The object at inputLocation must be application/jsonlines or text/csv, in UTF-8.'),
  INPUT_TOO_LARGE: no('The object at inputLocation is larger than 5 GiB.'),
  REQUEST_NOT_FOUND: no('This account has sent no such request with an inputLocation.'),
  WORKER_UNAVAILABLE: yes('The work could not be begun.'),
  STATE_UNAVAILABLE: yes('The state of the request could not be read or written.'),
  MODEL_REJECTED_REQUEST: no('The model did not accept the records.'),
  MODEL_FAILED: yes('The model failed.'),
  // Either the model was slow or it ended, in which case it is started again; the API cannot tell which.
  MODEL_TIMED_OUT: yes('The model gave no complete answer: it took too long, or ended.'),
  MODEL_UNAVAILABLE: yes('The model cannot be reached.'),
  RESULT_NOT_STORED: yes('The result could not be stored.'),
  INTERNAL_ERROR: yes('The request could not be handled.'),
} as const satisfies Readonly<Record<string, ErrorRow>>;

/**
 * Codes for what API Gateway answers by itself, `{ "message": … }`, and for codes newer than this client. They follow from the status, and
 * so does whether GATEWAY_ERROR is repeated: for 500, 502 and 503, which API Gateway gives, and not for any other 5xx.
 */
const gatewayErrors = {
  BAD_REQUEST: no('The call was refused.'),
  UNAUTHORIZED: no('The API did not accept what the call was authorised with: the token, or for /init the credentials.'),
  FORBIDDEN: no('The call is not allowed: credentials, signature, clock, permission, or an address that is not there.'),
  NOT_FOUND: no('There is no such address in the API.'),
  UNSUPPORTED_MEDIA_TYPE: no('The content type is not accepted.'),
  TOO_MANY_REQUESTS: yes('The API is called too often.'),
  QUOTA_EXCEEDED: no('The quota of the API is used up.'),
  GATEWAY_ERROR: yes('The API failed.'),
  GATEWAY_TIMED_OUT: yes('The API gave up waiting; the work may go on.'),
} as const satisfies Readonly<Record<string, ErrorRow>>;

/** Codes for an answer that is outside the contract. */
const answerErrors = {
  INVALID_ANSWER: no('The answer does not have the form of the contract. Is apiUrl the URL of the API?'),
  ANSWER_TOO_LARGE: no('The answer is larger than any that the API gives.'),
  UNEXPECTED_REDIRECT: no('The answer is a redirection, which is not followed: a token must not travel elsewhere.'),
} as const satisfies Readonly<Record<string, ErrorRow>>;

export type ServiceErrorCode = keyof typeof serviceErrors;
export type GatewayErrorCode = keyof typeof gatewayErrors;
export type AnswerErrorCode = keyof typeof answerErrors;

/** Every value of IdentityApiError.code. */
export type IdentityErrorCode = ServiceErrorCode | GatewayErrorCode | AnswerErrorCode;

/** Of /init, all with 403. The gateway's own 403, FORBIDDEN, is none: credentials that have expired can be exchanged for others. */
export const partnerRefusals: ReadonlySet<IdentityErrorCode> = new Set<ServiceErrorCode>([
  'SUBSCRIPTION_NOT_FOUND',
  'SUBSCRIPTION_ENDED',
  'PRODUCT_NOT_SUBSCRIBED',
  'CALLER_NOT_RECOGNISED',
]);

export const errorRows: Readonly<Record<IdentityErrorCode, ErrorRow>> = { ...serviceErrors, ...gatewayErrors, ...answerErrors };

function yes(text: string): ErrorRow {
  return { text, retryable: true };
}

function no(text: string): ErrorRow {
  return { text, retryable: false };
}
