// How Lambda's API and templates name a function: name, partial ARN, ARN, each with or without a qualifier. Only the text is looked at.

export interface FunctionReference {
  /** e.g. aws; null where the text does not begin with arn: */
  readonly partition: string | null;
  readonly region: string | null;
  readonly accountId: string | null;
  readonly functionName: string;
  /** "$LATEST", a version or an alias. */
  readonly qualifier: string | null;
}

/** Source: AWS Lambda API reference, Invoke, FunctionName. Also the text of the ValidationException. */
export const functionNamePattern =
  '(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?';

/** The same, and the isolated and sovereign Regions of AWS's newer pattern (ListAliases and others). */
const reference =
  /^(?:arn:(?<partition>aws[a-zA-Z-]*):lambda:(?=[a-z]))?(?:(?<region>(?:eusc-)?[a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\d):)?(?:(?<accountId>\d{12}):)?(?:function:)?(?<functionName>[a-zA-Z0-9_.-]+)(?::(?<qualifier>\$LATEST|[a-zA-Z0-9_-]+))?$/;

/** Null for what AWS's pattern does not match. */
export function parseFunctionReference(text: string): FunctionReference | null {
  const groups = reference.exec(text)?.groups;
  if (groups?.functionName === undefined) return null;
  const { partition = null, region = null, accountId = null, functionName, qualifier = null } = groups;
  return { partition, region, accountId, functionName, qualifier };
}
