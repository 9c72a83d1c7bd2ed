// The words of KMS, Lambda, SageMaker, STS and API Gateway for a signature that does not hold.
import { formatTimestamp } from '../iam/signature-claim.ts';
import type { SignatureProblem } from '../iam/signature-problem.ts';
import { type AwsFault, fault } from './fault.ts';
import type { Dialect } from './service.ts';

type ServiceName = Exclude<Dialect, 's3'> | 'execute-api';
type Family = 'unknownKey' | 'wrongSignature' | 'noSignature' | 'incomplete';

/** STS speaks the query protocol, whose names carry no "Exception". */
const queryNames: Readonly<Record<Family, string>> = {
  unknownKey: 'InvalidClientTokenId',
  wrongSignature: 'SignatureDoesNotMatch',
  noSignature: 'MissingAuthenticationToken',
  incomplete: 'IncompleteSignature',
};
const jsonNames: Readonly<Record<Family, string>> = {
  unknownKey: 'UnrecognizedClientException',
  wrongSignature: 'InvalidSignatureException',
  noSignature: 'MissingAuthenticationTokenException',
  incomplete: 'IncompleteSignatureException',
};

export function serviceSignatureFault(service: ServiceName, problem: SignatureProblem): AwsFault {
  const { family, text } = describe(service, problem);
  const code = (service === 'sts' ? queryNames : jsonNames)[family];
  return fault(statusOf(service, family), code, text);
}

/** KMS and SageMaker's control plane [M] answer 400 to everything; STS 400 to an incomplete header [D]; all else is 403. */
function statusOf(service: ServiceName, family: Family): number {
  if (service === 'kms' || service === 'sagemaker-control-plane') return 400;
  return service === 'sts' && family === 'incomplete' ? 400 : 403;
}

const mismatchText =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

function describe(service: ServiceName, problem: SignatureProblem): { readonly family: Family; readonly text: string } {
  switch (problem.kind) {
    case 'missing':
      return {
        family: 'noSignature',
        text: service === 'sts' ? 'Request is missing Authentication Token' : 'Missing Authentication Token',
      };
    case 'unknownKey':
    case 'badToken':
      return { family: 'unknownKey', text: 'The security token included in the request is invalid.' }; // [I]
    case 'mismatch':
    case 'hashMismatch':
    case 'missingContentSha256':
    case 'badContentSha256':
      return { family: 'wrongSignature', text: mismatchText }; // [I]
    case 'tooOld':
    case 'tooNew':
      return { family: 'wrongSignature', text: skewText(problem) };
    case 'presignedExpired': {
      const text = `Signature expired: ${problem.timestamp} is now earlier than ${formatTimestamp(problem.serverMs - problem.expiresSeconds * 1_000)} (${formatTimestamp(problem.serverMs)} - ${problem.expiresSeconds} sec.)`;
      return { family: 'wrongSignature', text }; // [M]
    }
    case 'presignedNotYet':
      return {
        family: 'wrongSignature',
        text: `Signature not yet current: ${problem.timestamp} is still later than ${formatTimestamp(problem.serverMs)}`,
      };
    case 'badScope':
      return { family: 'wrongSignature', text: scopeText(problem) };
    case 'hostNotSigned': // [I]
      return { family: 'wrongSignature', text: "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization." };
    case 'unsignedHeaders':
      return {
        family: 'wrongSignature',
        text: `'${headerCase(problem.names[0] ?? '')}' must be a 'SignedHeader' in the AWS Authorization.`,
      };
    default:
      return { family: 'incomplete', text: incompleteText(problem) };
  }
}

/** Source: [I] pulumi-aws #55, aws-sdk-js-v3 #6400 ("- 5 min."), aws-cli #6676 ("- 15 min." for STS). */
function skewText(problem: Extract<SignatureProblem, { kind: 'tooOld' | 'tooNew' }>): string {
  const { timestamp, serverMs, maxSkewMs } = problem;
  const minutes = Math.round(maxSkewMs / 60_000);
  const now = formatTimestamp(serverMs);
  return problem.kind === 'tooOld'
    ? `Signature expired: ${timestamp} is now earlier than ${formatTimestamp(serverMs - maxSkewMs)} (${now} - ${minutes} min.)`
    : `Signature not yet current: ${timestamp} is still later than ${formatTimestamp(serverMs + maxSkewMs)} (${now} + ${minutes} min.)`;
}

/** Source: recorded from DynamoDB in dynalite's notes [I], the same front end. */
function scopeText({ field, given, expected, timestamp }: Extract<SignatureProblem, { kind: 'badScope' }>): string {
  switch (field) {
    case 'region':
      return `Credential should be scoped to a valid region, not '${given}'.`;
    case 'service':
      return `Credential should be scoped to correct service: '${expected}'.`;
    case 'terminal':
      return `Credential should be scoped with a valid terminator: 'aws4_request', not '${given}'.`;
    case 'date':
      return `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${given}' != '${expected}', from '${timestamp}'.`;
  }
}

type IncompleteProblem = Extract<
  SignatureProblem,
  {
    kind:
      | 'malformedHeader'
      | 'malformedQuery'
      | 'malformedCredential'
      | 'missingDate'
      | 'badExpires'
      | 'unsupportedScheme'
      | 'notKeyValue'
      | 'twoMechanisms'
      | 'signatureVersion2';
  }
>;

function incompleteText(problem: IncompleteProblem): string {
  switch (problem.kind) {
    case 'malformedHeader':
      return problem.missing
        .map((part) =>
          part === 'Date'
            ? "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
            : `Authorization header requires '${part}' parameter.`,
        )
        .join(' ');
    case 'notKeyValue':
      return `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${problem.headerSha256Base64}'.`;
    case 'malformedCredential':
      return 'Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.'; // [M]
    case 'missingDate':
      return "Date must be in ISO-8601 'basic format', e.g. 20150830T123600Z."; // [M]
    case 'malformedQuery':
      return "AWS query-string parameters must include 'X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date', 'X-Amz-SignedHeaders' and 'X-Amz-Signature'."; // [M]
    case 'badExpires':
      return 'X-Amz-Expires must be a number of seconds from 1 to 604800.'; // [M]
    case 'unsupportedScheme':
    case 'signatureVersion2':
      return "Unsupported AWS 'algorithm' (only AWS4-HMAC-SHA256 for now)."; // [I] dynalite, without repeating the header
    case 'twoMechanisms':
      return 'Only one of the Authorization header and the query-string parameters may be given.'; // [M]
  }
}

/** x-amz-target -> X-Amz-Target */
function headerCase(name: string): string {
  return name.replaceAll(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());
}
