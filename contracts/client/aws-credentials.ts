// The application's own AWS credentials, with which /init is signed.

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Empty is none, as in an environment variable that is set to nothing. */
  readonly sessionToken?: string | null | undefined;
}

export interface CheckedCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * Checked here, and not by fetch: the text of its error for an impossible header repeats the header.
 * @throws TypeError, with nothing of the credentials in it
 */
export function checkCredentials(credentials: AwsCredentials | null | undefined): CheckedCredentials {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials ?? {};
  if (!isVisible(accessKeyId) || !isVisible(secretAccessKey)) {
    throw new TypeError('credentials must hold an accessKeyId and a secretAccessKey, both of visible ASCII characters');
  }
  if (sessionToken === undefined || sessionToken === null || sessionToken === '') return { accessKeyId, secretAccessKey };
  if (!isVisible(sessionToken)) throw new TypeError('credentials: the sessionToken must be text of visible ASCII characters, or absent');
  return { accessKeyId, secretAccessKey, sessionToken };
}

function isVisible(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]{1,16384}$/.test(value);
}
