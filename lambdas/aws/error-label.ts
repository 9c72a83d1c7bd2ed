// What may be said of an error in a log: its name and status. AWS's messages hold ARNs, and a model's error repeats its input.

/** e.g. "AccessDenied 403", "TimeoutError", "ERR_JWT_EXPIRED"; never a message. */
export function errorLabel(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { code } = error as { code?: unknown };
  const name = error.name === 'Error' && typeof code === 'string' ? code : error.name;
  const status = statusOf(error);
  return status === null ? name : `${name} ${status}`;
}

/** HTTP status of an AWS SDK error; null where no answer came. */
export function statusOf(error: unknown): number | null {
  const status = (error as { $metadata?: { httpStatusCode?: unknown } } | null)?.$metadata?.httpStatusCode;
  return typeof status === 'number' ? status : null;
}

/** Name of an AWS SDK error as the service sent it, e.g. NoSuchKey. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
