// Limits of asynchronous inference. Source: botocore sagemaker-runtime/2017-05-13 service-2.json, InvokeEndpointAsyncInput, where nothing else is said.

/** A body in the request itself. */
export const inlineBodyBytesMax = 128_000;
/** How long a request may wait for its turn. */
export const requestTtlSeconds = { min: 60, max: 21_600, default: 21_600 } as const;
/** How long one invocation of the container may take. */
export const invocationTimeoutSeconds = { min: 1, max: 3_600, default: 900 } as const;
/** An input in S3. Source: AWS "Model hosting FAQs", 1 GB. For the answer nothing is said; it has the same here [own]. */
export const payloadBytesMax = 1024 * 1024 * 1024;
/** Ours: requests that are accepted and not finished, of all endpoints together. */
export const asyncRequestsMax = 1_000;
/**
 * Invocations at the same time. Where a configuration names no number SageMaker chooses one (API reference); which is not known, this is
 * ours. More than the connections to one model are of no use.
 */
export const concurrentInvocations = { default: 4, max: 64 } as const;
/** Source: deep-learning-containers issue 4668 [I]; how AWS counts is not known: here names and values. */
export const responseHeaderBytesMax = 4_096;
/**
 * Ours: between two attempts while S3 or the disk is in trouble, doubled each time. What failed tells of it until its time in the queue is
 * over, and for so long in any case.
 */
export const retry = { firstMs: 250, longestMs: 10_000, failureMs: 300_000 } as const;
