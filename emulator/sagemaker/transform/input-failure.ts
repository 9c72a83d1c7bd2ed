// Why one input of a batch transform job gets no output, or why the whole job ends. What a container or a caller's data does, never a bug of ours.

/** Who is to mend it, in the words of AWS's failure reasons: the job's author with the data, or the container's. */
export type FailureKind = 'ClientError' | 'AlgorithmError';

/** One input has no output; the others go on. */
export class InputFailure extends Error {
  override readonly name = 'InputFailure';
  readonly kind: FailureKind;

  /** The message is what the job's log says behind the key. Never anything of a record. */
  constructor(kind: FailureKind, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.kind = kind;
  }
}

/** The job cannot run at all. The message is its FailureReason. */
export class TransformFailure extends Error {
  override readonly name = 'TransformFailure';
}

/** What S3 or the file system said, without a word of what is stored. */
export function storageReason(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return String(code ?? name ?? 'Unknown');
}
