// The request headers of InvokeEndpoint: how long each may be, and which of them the container gets to see.

export interface RequestHeader {
  /** As the API names it; its messages use the form with a small first letter. */
  readonly member: string;
  /** Lower case. */
  readonly name: string;
  readonly lengthMin: number;
  readonly lengthMax: number;
  /** The other POST headers are stripped. Source: SageMaker developer guide "Custom inference code with hosting services"; the five of AWS's Marketplace onboarding skill. */
  readonly reachesContainer: boolean;
}

/** Source: botocore sagemaker-runtime/2017-05-13 service-2.json, InvokeEndpointInput. */
export const requestHeaders: readonly RequestHeader[] = [
  { member: 'ContentType', name: 'content-type', lengthMin: 0, lengthMax: 1_024, reachesContainer: true },
  { member: 'Accept', name: 'accept', lengthMin: 0, lengthMax: 1_024, reachesContainer: true },
  { member: 'CustomAttributes', name: 'x-amzn-sagemaker-custom-attributes', lengthMin: 0, lengthMax: 1_024, reachesContainer: true },
  { member: 'TargetModel', name: 'x-amzn-sagemaker-target-model', lengthMin: 1, lengthMax: 1_024, reachesContainer: false },
  { member: 'TargetVariant', name: 'x-amzn-sagemaker-target-variant', lengthMin: 0, lengthMax: 63, reachesContainer: false },
  {
    member: 'TargetContainerHostname',
    name: 'x-amzn-sagemaker-target-container-hostname',
    lengthMin: 0,
    lengthMax: 63,
    reachesContainer: false,
  },
  { member: 'InferenceId', name: 'x-amzn-sagemaker-inference-id', lengthMin: 1, lengthMax: 64, reachesContainer: true },
  { member: 'EnableExplanations', name: 'x-amzn-sagemaker-enable-explanations', lengthMin: 1, lengthMax: 64, reachesContainer: false },
  { member: 'InferenceComponentName', name: 'x-amzn-sagemaker-inference-component', lengthMin: 0, lengthMax: 63, reachesContainer: false },
  { member: 'SessionId', name: 'x-amzn-sagemaker-session-id', lengthMin: 0, lengthMax: 256, reachesContainer: true },
  { member: 'PrefixAwareId', name: 'x-amzn-sagemaker-prefix-aware-id', lengthMin: 1, lengthMax: 64, reachesContainer: false },
];

/** The container's CustomAttributes answer: visible US-ASCII, this long. Same source, InvokeEndpointOutput. */
export const customAttributesLengthMax = 1_024;
/** Error members Message and OriginalMessage. Same source, shape Message. */
export const errorMessageLengthMax = 2_048;
/** Source: botocore sagemaker/2017-07-24, shape EndpointName, with its pattern. */
export const endpointNameLengthMax = 63;
export const endpointNamePattern = /^[a-zA-Z0-9](-*[a-zA-Z0-9])*$/;
/** Bodies above this pass here and on AWS today, and fail where an older client or endpoint still has the old limit. */
export const olderClientBodyBytesMax = 6_291_456;
