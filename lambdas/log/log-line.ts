// The only way these functions log. The fields are an allow-list: codes and numbers, never a body, a token or a record.

export interface LogFields {
  /** What happened, UPPER_SNAKE. */
  readonly code: string;
  readonly status?: number;
  /** API Gateway's id of the request. */
  readonly requestId?: string;
  /** Lambda's id of the invocation. */
  readonly invocationId?: string;
  readonly durationMs?: number;
  /** Name and status of the error behind it, never its message. */
  readonly cause?: string;
}

/** Writes one line of JSON. */
export function logLine(fields: LogFields): void {
  // biome-ignore lint/suspicious/noConsole: a function's console is its log on Lambda
  console.log(JSON.stringify(fields));
}
