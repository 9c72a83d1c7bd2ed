// Why one input of a batch transform job gets no output, or why the whole job ends. What a container or a caller's data does, never a bug of ours.

/** Who is to mend it, in the words of AWS's failure reasons: the job's author with the data, the container's, or whoever runs the machine. */
export type FailureKind = 'ClientError' | 'AlgorithmError' | 'InternalServerError';

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

/** A path of the file system that is not taken for an input or an output, though the file system would. */
export class PathRefused extends Error {
  override readonly name = 'PathRefused';
  /** Of the file system's own for the same. */
  readonly code: string;
  /** Says so of the path, e.g. "a link that leads out of the directory". */
  readonly reason: string;

  constructor(code: string, path: string, reason: string) {
    super(`${path} is ${reason}`);
    this.code = code;
    this.reason = reason;
  }
}

/** What S3 or the file system said, without a word of what is stored. */
export function storageReason(error: unknown): string {
  if (error instanceof PathRefused) return `it is ${error.reason}`;
  const { code, name } = error as { code?: unknown; name?: unknown };
  return String(code ?? name ?? 'Unknown');
}

/** Of node:fs, e.g. a disk that is full. */
export function isOfFileSystem(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}
