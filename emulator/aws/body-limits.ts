// Limits of bodies at the AWS endpoint, beside the one of a single body in limits.ts. All are ours.

const mebibyte = 1024 * 1024;

/** Bodies of requests and of answers that are held in memory at the same time, of all connections together: ten of the largest that InvokeEndpoint takes. */
export const heldBodyBytesMax = 256 * mebibyte;
/** A client that takes nothing of its answer for so long loses the connection, and the answer its memory. */
export const answerStallMs = 60_000;
/** Bytes of a body that are read and thrown away after its request was answered, so that the client can read the answer. */
export const discardedBodyBytesMax = 64 * mebibyte;
