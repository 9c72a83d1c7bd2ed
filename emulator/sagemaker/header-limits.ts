// The request headers of SageMaker Runtime's operations: how long each may be, how it must look, and as what the container gets to see it.

export interface RequestHeader {
  /** As the API names it; its messages use the form with a small first letter. */
  readonly member: string;
  /** On the way to SageMaker, lower case. */
  readonly name: string;
  readonly lengthMin: number;
  readonly lengthMax: number;
  readonly pattern: HeaderPattern;
  /**
   * On the way to the container; null: it does not get there. The other POST headers are stripped. Source: SageMaker developer guide
   * "Custom inference code with hosting services"; the five of AWS's Marketplace onboarding skill.
   */
  readonly containerName: string | null;
}

interface HeaderPattern {
  readonly regExp: RegExp;
  /** As AWS writes it. */
  readonly text: string;
}

const ascii: HeaderPattern = { regExp: /^\p{ASCII}*$/u, text: '\\p{ASCII}*' };
const printable: HeaderPattern = { regExp: /^\S[ -~]*$/, text: '\\A\\S[\\p{Print}]*\\z' };
const name: HeaderPattern = { regExp: /^[a-zA-Z0-9](-*[a-zA-Z0-9])*$/, text: '^[a-zA-Z0-9](-*[a-zA-Z0-9])*' };
const anything: HeaderPattern = { regExp: /^.*$/, text: '.*' };
const componentName: HeaderPattern = {
  regExp: /^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/,
  text: '^[a-zA-Z0-9]([\\-a-zA-Z0-9]*[a-zA-Z0-9])?$',
};
export const sessionIdPattern: HeaderPattern = { regExp: name.regExp, text: '^[a-zA-Z0-9](-*[a-zA-Z0-9])*$' };
const sessionIdOrNew: HeaderPattern = {
  regExp: /^NEW_SESSION$|^[a-zA-Z0-9](-*[a-zA-Z0-9])*$/,
  text: '^(NEW_SESSION)$|^[a-zA-Z0-9](-*[a-zA-Z0-9])*$',
};

/**
 * Each member once, as InvokeEndpoint has it. Source: botocore sagemaker-runtime/2017-05-13 service-2.json, InvokeEndpointInput; the pattern
 * of PrefixAwareId is that of InferenceId [M].
 */
const members = {
  ContentType: { name: 'content-type', lengthMin: 0, lengthMax: 1_024, pattern: ascii, containerName: 'content-type' },
  Accept: { name: 'accept', lengthMin: 0, lengthMax: 1_024, pattern: ascii, containerName: 'accept' },
  CustomAttributes: sagemakerHeader('custom-attributes', 0, 1_024, ascii, true),
  TargetModel: sagemakerHeader('target-model', 1, 1_024, printable, false),
  TargetVariant: sagemakerHeader('target-variant', 0, 63, name, false),
  TargetContainerHostname: sagemakerHeader('target-container-hostname', 0, 63, name, false),
  InferenceId: sagemakerHeader('inference-id', 1, 64, printable, true),
  EnableExplanations: sagemakerHeader('enable-explanations', 1, 64, anything, false),
  InferenceComponentName: sagemakerHeader('inference-component', 0, 63, componentName, false),
  SessionId: sagemakerHeader('session-id', 0, 256, sessionIdOrNew, true),
  PrefixAwareId: sagemakerHeader('prefix-aware-id', 1, 64, printable, false),
} as const satisfies Record<string, Omit<RequestHeader, 'member'>>;

type Member = keyof typeof members;
const allMembers = Object.keys(members) as Member[];

/** What an operation's table has of the members, and in what its rows differ. Source: the operation's input in the same model. */
export const requestHeaders = {
  InvokeEndpoint: rowsOf(allMembers),
  InvokeEndpointWithResponseStream: rowsOf(
    allMembers.filter((member) => member !== 'TargetModel' && member !== 'EnableExplanations'),
    { Accept: { name: 'x-amzn-sagemaker-accept' }, SessionId: { pattern: sessionIdPattern } },
  ),
  /** What concerns the container only: where input and output lie and the times are parameters of the operation itself. */
  InvokeEndpointAsync: rowsOf(['ContentType', 'Accept', 'CustomAttributes', 'InferenceId'], {
    ContentType: { name: 'x-amzn-sagemaker-content-type' },
    Accept: { name: 'x-amzn-sagemaker-accept' },
  }),
};

function sagemakerHeader(end: string, lengthMin: number, lengthMax: number, pattern: HeaderPattern, reachesContainer: boolean) {
  const header = `x-amzn-sagemaker-${end}`;
  return { name: header, lengthMin, lengthMax, pattern, containerName: reachesContainer ? header : null };
}

function rowsOf(of: readonly Member[], differing: Partial<Record<Member, Partial<RequestHeader>>> = {}): readonly RequestHeader[] {
  return of.map((member) => ({ member, ...members[member], ...differing[member] }));
}

/** The container's CustomAttributes and Content-Type: visible US-ASCII, this long. Same source, InvokeEndpointOutput. */
export const customAttributesLengthMax = 1_024;
export const contentTypeLengthMax = 1_024;
/** The container's New-Session-Id and Closed-Session-Id. Same source; the form of the first is `id; Expires=yyyy-mm-ddThh:mm:ssZ`. */
export const sessionIdLengthMax = 256;
export const newSessionIdPattern = /^[a-zA-Z0-9](-*[a-zA-Z0-9])*;\sExpires=[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$/;
/** Error members Message and OriginalMessage. Same source, shape Message. */
export const errorMessageLengthMax = 2_048;
/** Source: botocore sagemaker/2017-07-24, shape EndpointName, with its pattern. */
export const endpointNameLengthMax = 63;
export const endpointNamePattern = name.regExp;
/** Bodies above this pass here and on AWS today, and fail where an older client or endpoint still has the old limit. */
export const olderClientBodyBytesMax = 6_291_456;
