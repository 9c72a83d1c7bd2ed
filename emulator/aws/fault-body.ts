// An AwsFault as bytes, in its service's protocol: S3 XML, JSON 1.1 (KMS, SageMaker), rest-json (Lambda, SageMaker Runtime), query XML (STS).
// SageMaker Runtime's models have a capital `Message`. [S]
import type { AwsFault } from './fault.ts';
import type { Dialect } from './service.ts';
import { escapeXmlText } from './xml.ts';

export interface FaultBody {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function faultBody(dialect: Dialect, awsFault: AwsFault, requestId: string): FaultBody {
  switch (dialect) {
    case 's3':
      return { headers: { 'content-type': 'application/xml' }, body: s3Body(awsFault, requestId) };
    case 'sts':
      return { headers: { 'content-type': 'text/xml' }, body: queryBody(awsFault, requestId) };
    case 'kms':
    case 'sagemaker-control-plane':
      return { headers: { 'content-type': 'application/x-amz-json-1.1' }, body: json({ __type: awsFault.code }, awsFault, 'message') };
    case 'lambda': {
      const member = lambdaCapitalCodes.has(awsFault.code) ? 'Message' : 'message';
      return { headers: { 'content-type': 'application/json', 'x-amzn-ErrorType': awsFault.code }, body: json({}, awsFault, member) };
    }
    case 'sagemaker':
      return { headers: { 'content-type': 'application/json', 'x-amzn-ErrorType': awsFault.code }, body: json({}, awsFault, 'Message') };
  }
}

/** Lambda's front end writes `message`, the service itself `Message` [V, I]. */
const lambdaCapitalCodes: ReadonlySet<string> = new Set(['AccessDeniedException', 'ResourceNotFoundException']);

/** S3's id2; nobody reads it, clients print it. */
export function hostId(requestId: string): string {
  return Buffer.from(`${requestId}-airlock`.repeat(2)).toString('base64');
}

function s3Body({ code, message, details = {} }: AwsFault, requestId: string): string {
  const members = Object.entries(details).filter(([, value]) => value !== null);
  const elements = [['Code', code], ['Message', message], ...members, ['RequestId', requestId], ['HostId', hostId(requestId)]];
  const inner = elements.map(([name, value]) => `<${name}>${escapeXmlText(String(value))}</${name}>`).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${inner}</Error>`;
}

function queryBody({ status, code, message }: AwsFault, requestId: string): string {
  const type = status < 500 ? 'Sender' : 'Receiver';
  const error = `<Error><Type>${type}</Type><Code>${escapeXmlText(code)}</Code><Message>${escapeXmlText(message)}</Message></Error>`;
  return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${error}<RequestId>${requestId}</RequestId></ErrorResponse>`;
}

/** An empty message is left out, as KMS does for KMSInvalidSignatureException [V]. */
function json(first: Record<string, string>, { message, details = {} }: AwsFault, member: 'message' | 'Message'): string {
  return JSON.stringify({ ...first, ...details, ...(message !== '' && { [member]: message }) });
}
