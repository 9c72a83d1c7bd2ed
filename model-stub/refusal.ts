// A request that the model refuses: becomes the HTTP answer `{ "error": { "code", "message" } }`.

/** The message is for the caller and must never repeat anything of the payload. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  toBody(): string {
    return JSON.stringify({ error: { code: this.code, message: this.message } });
  }
}

/** 400 MALFORMED_BODY. */
export function malformed(message: string): Refusal {
  return new Refusal(400, 'MALFORMED_BODY', message);
}
