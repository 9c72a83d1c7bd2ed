// Limits of the HTTP side, beside those every part shares in limits.ts.

/** API Gateway REST: URL of a Regional API. Source: AWS "API Gateway quotas". */
export const apiUrlCharactersMax = 10_240;
/** API Gateway REST: method ARN of an authorized method. Source: AWS "API Gateway quotas". */
export const methodArnBytesMax = 1_600;
/** Ours: what Node reads of a header block, so that our own stage answers where it can. */
export const serverHeaderBytesMax = 64 * 1024;
/** Ours: bytes read and thrown away after a body was refused, so that the client can read the answer. */
export const discardedBodyBytesMax = 64 * 1024 * 1024;
/** Ours: a request has to be there in full by then. */
export const requestReceiveTimeoutMs = 60_000;
