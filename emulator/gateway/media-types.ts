// binaryMediaTypes: which bodies travel as base64, to the function and back.

/** Type and subtype in lower case, without parameters. */
export function mediaTypeOf(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** Accept: only the first media type counts. Source: AWS "Known issues". */
export function firstAccepted(accept: string | undefined): string {
  return mediaTypeOf((accept ?? '').split(',', 1)[0]);
}

// `*/*` matches everything, `image/*` its type, others only themselves; an entry like `*/test` matches nothing.
// Source: recorded, LocalStack test_aws_proxy_binary_response.
export function createBinaryMatcher(binaryMediaTypes: readonly string[]): (mediaType: string) => boolean {
  const entries = binaryMediaTypes.map(mediaTypeOf);
  if (entries.includes('*/*')) return () => true;
  const exact = new Set(entries.filter((entry) => !entry.startsWith('*/')));
  const prefixes = entries.filter((entry) => entry.endsWith('/*')).map((entry) => entry.slice(0, -1));
  return (mediaType) => exact.has(mediaType) || prefixes.some((prefix) => mediaType.startsWith(prefix));
}
