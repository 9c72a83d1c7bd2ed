// An answer to the caller that is not 200. The steps of init and request throw it; answer-call.ts turns it into bytes.

/** `message` and `code` go to the caller as they are: they name a rule that was broken, never a value that was sent. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  /** UPPER_SNAKE, part of the public interface. */
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    answer: {
      readonly status: number;
      readonly code: string;
      readonly message: string;
      readonly headers?: Readonly<Record<string, string>>;
    },
    options?: { cause?: unknown },
  ) {
    super(answer.message, options);
    this.status = answer.status;
    this.code = answer.code;
    this.headers = answer.headers ?? {};
  }
}
