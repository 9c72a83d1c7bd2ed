// Limits that both ends of a relay must agree on: the program in the namespace, and the emulator.

/** Requests to the model at the same time, over each way to it; more wait their turn. */
export const exchangesMax = 256;
/** Connections to the model at the same time; more are refused. Above the other limit: those that callers left are counted until they are closed. */
export const relayConnectionsMax = 2 * exchangesMax;
/** SageMaker: the container must accept a connection in this time. Source: AWS "Custom inference code with hosting services". */
export const acceptTimeoutMs = 250;
/** The same, where the time itself is asked for: longer than a kernel waits before it sends a SYN again. */
export const connectMeasureMaxMs = 3_000;
/** What a CONNECT that is not 200 means: nothing listens; it listens and did not accept in time; the relay has as many as it takes. */
export const refusals = { notListening: 503, notAccepted: 504, tooMany: 429 } as const;
export type Refusal = keyof typeof refusals;
/** Flow control of HTTP/2: what may be under way per stream, and for all: a model that does not read its request must not stop the others. */
export const streamWindowBytes = 1024 * 1024;
export const sessionWindowBytes = relayConnectionsMax * streamWindowBytes;
