// Every limit in one place. The source is AWS's documentation where nothing else is said; marks as in FIDELITY.md.

const mebibyte = 1024 * 1024;

/** API Gateway REST: body of a request. Source: AWS "API Gateway quotas", 10 MB, fixed. */
export const apiPayloadBytesMax = 10 * mebibyte;
/** API Gateway REST: names, values, separators of all headers together. Source: AWS "API Gateway quotas". */
export const apiHeaderBytesMax = 10_240;
/** API Gateway REST: default and (edge) maximum integration timeout. Source: AWS "API Gateway quotas". */
export const integrationTimeoutMs = 29_000;
/** API Gateway REST: authorizer cache time when the template names none, and the highest allowed. */
export const authorizerTtlSecondsDefault = 300;
export const authorizerTtlSecondsMax = 3_600;
/** Ours: entries in one authorizer's cache; the oldest goes first. */
export const authorizerCacheEntriesMax = 1_024;

/** Lambda: synchronous request payload, and the answer's. Source: AWS "Lambda quotas"; recorded by LocalStack. */
export const functionRequestBytesMax = 6_291_456;
export const functionResponseBytesMax = 6_291_556;
/** Lambda: time for the init phase before it is repeated inside the first invocation. */
export const functionInitTimeoutMs = 10_000;
/** Lambda: bytes of log returned with LogType Tail. */
export const functionLogTailBytes = 4_096;
/** Ours: environments of one function that run at the same time where nothing is reserved. */
export const functionConcurrencyMax = 10;

/** SageMaker: real-time body (Marketplace seller guide "service restrictions and limits", model hosting FAQ); older clients know 6 MB. */
export const invokeEndpointBytesMax = 25 * mebibyte;
/** SageMaker: the container's answer must be complete in this time. Source: AWS "Custom inference code with hosting services". */
export const invokeEndpointTimeoutMs = 60_000;
/** SageMaker: the same for a streamed answer. Source: AWS Marketplace seller guide "service restrictions and limits", model hosting FAQ. */
export const invokeEndpointStreamTimeoutMs = 8 * 60_000;
/** SageMaker: one GET /ping. Source as of invokeEndpointTimeoutMs; the time to accept a connection is in model/relay/relay-limits.ts. */
export const pingTimeoutMs = 2_000;
/** SageMaker: /ping must be 200 this long after start. Same source. */
export const pingStartupTimeoutMs = 8 * 60_000;
/** SageMaker: SIGTERM, then SIGKILL after this. Same source. */
export const containerStopTimeoutMs = 30_000;
/** Ours: bytes of one answer of the model that are held in memory. */
export const modelResponseBytesMax = 25 * mebibyte;

/** S3: one PUT, key, user metadata. */
export const objectBytesMax = 5 * 1024 * mebibyte;
export const objectKeyBytesMax = 1_024;
export const userMetadataBytesMax = 2_048;
export const listKeysMax = 1_000;

/** SigV4: allowed clock difference. S3, STS 15 min; Lambda, KMS, SageMaker 5 min. */
export const s3SkewMs = 15 * 60_000;
export const serviceSkewMs = 5 * 60_000;
export const presignedExpirySecondsMax = 604_800;

/** Ours: body of any call to the AWS endpoint that has to be held in memory to be hashed. */
export const awsBufferedBodyBytesMax = 26 * mebibyte;
/** Ours: traces kept for GET /traces; the oldest goes first. */
export const tracesMax = 500;
