// An error as a caller would see it on AWS: a plain value, turned into bytes by its service's protocol (fault-body.ts).

export interface AwsFault {
  readonly kind: 'fault';
  readonly status: number;
  /** AWS's name, e.g. NoSuchKey, AccessDeniedException. */
  readonly code: string;
  readonly message: string;
  /** Further members: elements in S3's XML in this order, members in JSON. */
  readonly details?: Readonly<Record<string, string | number | null>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export function fault(
  status: number,
  code: string,
  message: string,
  details?: AwsFault['details'],
  headers?: AwsFault['headers'],
): AwsFault {
  return { kind: 'fault', status, code, message, ...(details && { details }), ...(headers && { headers }) };
}

export function isFault(value: unknown): value is AwsFault {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'fault';
}

/** Carries a fault where only an exception can travel: through a stream. */
export class AwsFaultError extends Error {
  override readonly name = 'AwsFaultError';
  readonly fault: AwsFault;

  constructor(awsFault: AwsFault) {
    super(`${awsFault.code}: ${awsFault.message}`);
    this.fault = awsFault;
  }
}
