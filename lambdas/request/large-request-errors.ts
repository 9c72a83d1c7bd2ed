// What POST /request with an inputLocation, and GET /request/{requestId}, answer with besides the errors of every request.

/** Code -> status and text, for request-errors.ts. */
export const largeRequestErrors = {
  INVALID_INPUT_LOCATION: [400, 'inputLocation must be s3://, the results bucket, and a key that begins with inputs/.'],
  INPUT_NOT_FOUND: [400, 'There is no object at inputLocation.'],
  EMPTY_INPUT: [400, 'The object at inputLocation is empty.'],
  UNSUPPORTED_INPUT_TYPE: [415, 'The object at inputLocation must be application/jsonlines or text/csv, in UTF-8.'],
  INPUT_TOO_LARGE: [413, 'The object at inputLocation is too large. At most 5 GiB.'],
  REQUEST_NOT_FOUND: [404, 'There is no such request.'],
  WORKER_UNAVAILABLE: [503, 'The work could not be begun. Send the request again.'],
  STATE_UNAVAILABLE: [503, 'The state of the request could not be read or written. Try again later.'],
} as const;
