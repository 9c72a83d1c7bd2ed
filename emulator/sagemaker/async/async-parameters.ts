// What InvokeEndpointAsync is told beside what reaches the container: where the input lies, how the output is called, how long it may take.
import { isAscii, isUtf8 } from 'node:buffer';
import { type AwsFault, isFault } from '../../aws/fault.ts';
import { constraintSentence, validationMessage } from '../../aws/validation-message.ts';
import type { RequestHeader } from '../header-limits.ts';
import type { S3Location } from '../platform-storage.ts';
import { checkHeaders, readHeaders, validationError } from '../request-headers.ts';
import { inlineBodyBytesMax, invocationTimeoutSeconds, requestTtlSeconds } from './async-limits.ts';
import { parseS3ObjectUri } from './s3-object-uri.ts';

export interface AsyncParameters {
  /** Null: the body is the input. */
  readonly input: S3Location | null;
  readonly filename: string | null;
  readonly pathExtension: string | null;
  readonly ttlMs: number;
  readonly timeoutMs: number;
}

/** Source: botocore sagemaker-runtime/2017-05-13 service-2.json, InvokeEndpointAsyncInput. */
const texts: readonly RequestHeader[] = [
  textHeader('InputLocation', 1_024, { regExp: /^(https|s3):\/\/([^/]+)\/?(.*)$/, text: '^(https|s3)://([^/]+)/?(.*)$' }),
  textHeader('S3OutputPathExtension', 512, {
    regExp: /^(?!s3:|https:)[a-zA-Z0-9!_.*'()/-]+$/,
    text: "^(?!s3:|https:)[a-zA-Z0-9!_.*'()/-]+$",
  }),
  textHeader('Filename', 32, {
    regExp: /^(?!.*\..*\.)[a-zA-Z0-9][a-zA-Z0-9\-_.]*$/,
    text: '^(?!.*\\..*\\.)[a-zA-Z0-9][a-zA-Z0-9-_\\.]*$',
  }),
];

export function readAsyncParameters(headers: ReadonlyMap<string, string>, body: Buffer): AsyncParameters | AwsFault {
  const given = readHeaders(decodeLocation(headers), texts);
  const refused = checkHeaders(given);
  if (refused) return refused;
  const ttlSeconds = readSeconds(headers, 'RequestTTLSeconds', requestTtlSeconds);
  if (isFault(ttlSeconds)) return ttlSeconds;
  const timeoutSeconds = readSeconds(headers, 'InvocationTimeoutSeconds', invocationTimeoutSeconds);
  if (isFault(timeoutSeconds)) return timeoutSeconds;
  const pathExtension = given.get('S3OutputPathExtension')?.value ?? null;
  // Out of S3OutputPath; S3 and its clients do not agree on such keys. That it is refused here is ours, and so is the text [own].
  if (pathExtension?.split('/').includes('..')) return validationError("S3OutputPathExtension cannot contain '..' as a path segment.");
  const input = readInput(given.get('InputLocation')?.value ?? null, body);
  if (isFault(input)) return input;
  return {
    input,
    filename: given.get('Filename')?.value ?? null,
    pathExtension,
    ttlMs: ttlSeconds * 1_000,
    timeoutMs: timeoutSeconds * 1_000,
  };
}

/** HTTP gives a header's bytes as Latin-1; a key has any letters, which clients send in UTF-8. [own] */
function decodeLocation(headers: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const name = headerOf('InputLocation');
  const bytes = Buffer.from(headers.get(name) ?? '', 'latin1');
  return isUtf8(bytes) && !isAscii(bytes) ? new Map([...headers, [name, bytes.toString('utf8')]]) : headers;
}

/** That the two exclude each other is the API's; all texts here are [M]. */
function readInput(uri: string | null, body: Buffer): S3Location | null | AwsFault {
  if (uri === null && body.byteLength === 0) return validationError('Either Body or InputLocation must be provided.');
  if (uri !== null && body.byteLength > 0) return validationError('Body and InputLocation cannot both be provided.');
  if (uri === null) {
    const constraint = `Member must have length less than or equal to ${inlineBodyBytesMax}`;
    if (body.byteLength <= inlineBodyBytesMax) return null;
    return validationError(validationMessage([constraintSentence('Value', 'body', constraint)]));
  }
  return parseS3ObjectUri(uri) ?? validationError('InputLocation is not the URI of an object in Amazon S3.');
}

function readSeconds(
  headers: ReadonlyMap<string, string>,
  member: string,
  range: { readonly min: number; readonly max: number; readonly default: number },
): number | AwsFault {
  const text = headers.get(headerOf(member));
  if (text === undefined) return range.default;
  if (!/^-?\d{1,10}$/.test(text)) return validationError(`${member} must be an integer.`); // [M]
  const seconds = Number(text);
  const constraint =
    seconds < range.min
      ? `Member must have value greater than or equal to ${range.min}`
      : seconds > range.max
        ? `Member must have value less than or equal to ${range.max}`
        : null;
  return constraint === null ? seconds : validationError(validationMessage([constraintSentence(`Value '${seconds}'`, member, constraint)]));
}

function textHeader(member: string, lengthMax: number, pattern: RequestHeader['pattern']): RequestHeader {
  return { member, name: headerOf(member), lengthMin: 1, lengthMax, pattern, containerName: null };
}

function headerOf(member: string): string {
  return `x-amzn-sagemaker-${member.toLowerCase()}`;
}
