// Every limit of the stand-in model.

/** SageMaker real-time body for Marketplace models. Source: Marketplace seller guide "service restrictions and limits". */
export const requestBytesMax = 25 * 1024 * 1024;
/** Ours: keeps memory and the answer's size (about 140 bytes a result) within the same 25 MB. */
export const recordsMax = 150_000;
/** Ours: records resolved before other requests (a ping above all) get their turn; about 10 ms. */
export const recordsPerTurn = 500;
/** SageMaker sends SIGKILL 30 s after SIGTERM. Source: "Custom inference code with hosting services". What still runs then is cut off before. */
export const drainTimeoutMs = 25_000;
/** RFC 5321, section 4.5.3.1. */
export const emailCharactersMax = 254;
export const emailLocalPartCharactersMax = 64;
/** Ours: nothing longer is a phone number, however it is written. */
export const phoneCharactersMax = 60;
