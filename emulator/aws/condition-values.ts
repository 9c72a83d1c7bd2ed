// The condition keys that every call has: where it comes from, when, and how it was signed.
import type { ContextValues } from '../iam/condition-context.ts';
import type { Caller } from './stages/authenticate.ts';
import type { ReceivedRequest } from './stages/receive.ts';

export interface ConditionOptions {
  readonly region: string;
  /**
   * What aws:SecureTransport says. The local endpoint speaks plain HTTP where AWS speaks HTTPS, so the usual
   * "deny insecure transport" statement would refuse everything here and nothing there: true unless told otherwise.
   */
  readonly assumeSecureTransport: boolean;
}

export function conditionValues(received: ReceivedRequest, caller: Caller, isS3: boolean, options: ConditionOptions): ContextValues {
  const { receivedAt, headers } = received;
  return {
    'aws:SourceIp': received.sourceIp,
    'aws:SecureTransport': String(options.assumeSecureTransport),
    'aws:CurrentTime': new Date(receivedAt).toISOString(),
    'aws:EpochTime': String(Math.floor(receivedAt / 1_000)),
    'aws:RequestedRegion': options.region,
    ...entry('aws:UserAgent', headers.get('user-agent')),
    ...entry('aws:referer', headers.get('referer')),
    ...(isS3 && s3Values(received, caller, options)),
  };
}

/** What the signature and the connection say. The s3:* keys of headers and parameters are S3's own (storage/access.ts). */
function s3Values({ receivedAt }: ReceivedRequest, { signature }: Caller, { assumeSecureTransport }: ConditionOptions): ContextValues {
  return {
    ...(assumeSecureTransport && { 's3:TlsVersion': '1.3' }),
    ...(signature && {
      's3:signatureversion': 'AWS4-HMAC-SHA256',
      's3:authType': signature.via === 'header' ? 'REST-HEADER' : 'REST-QUERY-STRING',
      's3:signatureAge': String(Math.max(0, receivedAt - signature.timestampMs)),
    }),
  };
}

function entry(key: string, value: string | undefined): ContextValues {
  return value === undefined ? {} : { [key]: value };
}
