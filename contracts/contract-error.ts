// What whoever runs a contract command is told. The command line turns the code into an exit code.

/** The exit code that each ends in: 1 the contract does not hold, 2 wrong usage or file, 3 something needed is not there. */
export const contractExitCodes = {
  PACT_DAMAGED: 2,
  PACT_NOT_SUPPORTED: 2,
  UNKNOWN_STATE: 2,
  UNKNOWN_PARTICIPANT: 2,
  RESULTS_DAMAGED: 2,
  BAD_USAGE: 2,
  STATE_NOT_SET: 1,
  VERIFICATION_FAILED: 1,
  PROVIDER_TOO_SLOW: 1,
  PROVIDER_UNREACHABLE: 3,
  BROKER_FAILED: 3,
  VERIFIER_NOT_AVAILABLE: 3,
} as const;

export type ContractErrorCode = keyof typeof contractExitCodes;

/** Says what happened (with the value), why, and what to do about it. */
export class ContractError extends Error {
  override readonly name = 'ContractError';
  readonly code: ContractErrorCode;
  readonly hint: string;

  constructor(code: ContractErrorCode, message: string, hint: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }

  get exitCode(): number {
    return contractExitCodes[this.code];
  }
}
