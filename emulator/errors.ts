// The one error class for whoever runs Airlock. What a caller would see on AWS is an AwsFault (aws/fault.ts), never this.

/** Every code, with the exit code of the command line that it ends in. */
const exitCodes = {
  BAD_OPTION: 2,
  BAD_PARAMETER: 2,
  BAD_TEMPLATE: 2,
  BAD_FUNCTION_CODE: 2,
  PORT_IN_USE: 2,
  STEP_FAILED: 1,
  MODEL_NOT_READY: 1,
  NOT_AVAILABLE: 3,
  BUG: 70,
} as const;

export type AirlockErrorCode = keyof typeof exitCodes;

/** Says what happened (with the value), why, and what to do about it. */
export class AirlockError extends Error {
  override readonly name = 'AirlockError';
  readonly code: AirlockErrorCode;
  readonly hint: string;

  constructor(code: AirlockErrorCode, message: string, hint: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }

  get exitCode(): number {
    return exitCodes[this.code];
  }
}
