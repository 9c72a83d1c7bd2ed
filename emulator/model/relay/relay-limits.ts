// Limits that both ends of a relay must agree on: the program in the namespace, and the emulator.

/** Connections to the model at the same time; more are refused. */
export const relayConnectionsMax = 256;
/** Flow control of HTTP/2: what may be under way per stream, and for all: a model that does not read its request must not stop the others. */
export const streamWindowBytes = 1024 * 1024;
export const sessionWindowBytes = relayConnectionsMax * streamWindowBytes;
