// An Invoke call on the wire, as what it asks for: which function, how, with what. Everything a fault can be made of without looking at functions.
import { type AwsFault, isFault } from '../aws/fault.ts';
import type { AwsCall } from '../aws/service.ts';
import { parseFunctionReference } from '../function-reference.ts';
import { accountOf } from '../iam/principal.ts';
import { functionRequestBytesMax } from '../limits.ts';
import {
  badClientContext,
  badEnumValue,
  badFunctionName,
  longFunctionName,
  missingCredentials,
  notJson,
  otherRegion,
  qualifiersDiffer,
  requestTooLarge,
} from './lambda-faults.ts';

/** Lambda: event payload. [D] */
export const eventBytesMax = 1024 * 1024;
/** Lambda: X-Amz-Client-Context. Same source. */
const clientContextBytesMax = 3_583;
const functionNameLengthMax = 256;

const invocationTypes = ['Event', 'RequestResponse', 'DryRun'] as const;
const logTypes = ['None', 'Tail'] as const;

export interface InvokeTarget {
  readonly functionArn: string;
  readonly qualifier: string | null;
  /** functionArn with the qualifier, if any: what IAM evaluates and the handler sees. */
  readonly invokedArn: string;
  readonly accountId: string;
}

export interface InvokeContent {
  readonly invocationType: (typeof invocationTypes)[number];
  readonly logType: (typeof logTypes)[number];
  /** JSON text; {} for an empty body. */
  readonly payload: string;
  readonly clientContext?: string;
}

/** A bare name means a function of the caller's own account. */
export function invokeTarget(call: AwsCall, encodedName: string, region: string): InvokeTarget | AwsFault {
  const name = decodeName(encodedName);
  if (name.length > functionNameLengthMax) return longFunctionName(name);
  const reference = parseFunctionReference(name);
  if (!reference) return badFunctionName(name);
  if (reference.region !== null && reference.region !== region) return otherRegion(reference.region, region);
  const asked = call.query.find(([key]) => key === 'Qualifier')?.[1];
  if (asked !== undefined && reference.qualifier !== null && asked !== reference.qualifier) return qualifiersDiffer();
  const accountId = reference.accountId ?? accountOf(call.principal);
  if (accountId === null) return missingCredentials();
  const functionArn = `arn:aws:lambda:${region}:${accountId}:function:${reference.functionName}`;
  const qualifier = reference.qualifier ?? asked ?? null;
  return { functionArn, qualifier, invokedArn: qualifier === null ? functionArn : `${functionArn}:${qualifier}`, accountId };
}

export function invokeContent({ headers, body }: AwsCall): InvokeContent | AwsFault {
  const invocationType = oneOf(invocationTypes, 'invocationType', headers.get('x-amz-invocation-type') ?? 'RequestResponse');
  if (isFault(invocationType)) return invocationType;
  const logType = oneOf(logTypes, 'logType', headers.get('x-amz-log-type') ?? 'None');
  if (isFault(logType)) return logType;
  if (!Buffer.isBuffer(body)) throw new TypeError('The AWS endpoint buffers the bodies of Lambda calls.');
  const bytesMax = invocationType === 'Event' ? eventBytesMax : functionRequestBytesMax;
  if (body.length > bytesMax) return requestTooLarge(bytesMax);
  const payload = body.length === 0 ? '{}' : body.toString();
  if (!isJson(payload)) return notJson();
  // Only synchronous invocations carry it.
  const clientContext = invocationType === 'RequestResponse' ? headers.get('x-amz-client-context') : undefined;
  if (clientContext === undefined) return { invocationType, logType, payload };
  const isGood = clientContext.length <= clientContextBytesMax && isJsonObject(Buffer.from(clientContext, 'base64').toString());
  return isGood ? { invocationType, logType, payload, clientContext } : badClientContext();
}

function oneOf<T extends string>(allowed: readonly T[], member: 'invocationType' | 'logType', value: string): T | AwsFault {
  return allowed.find((one) => one === value) ?? badEnumValue(member, value, allowed);
}

/** SDKs send `:` as %3A. What cannot be decoded does not match the name's pattern either. */
function decodeName(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch (error) {
    if (error instanceof URIError) return encoded;
    throw error;
  }
}

function isJsonObject(text: string): boolean {
  return text.trimStart().startsWith('{') && isJson(text);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
