// The method that was called: arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/VERB/path.

export interface MethodArn {
  /** Account of the API, and so of the customer. */
  readonly accountId: string;
  /** Up to and including the stage. */
  readonly stageArn: string;
}

/** @throws TypeError where it is no method ARN, which API Gateway never sends */
export function parseMethodArn(methodArn: string): MethodArn {
  const [, stageArn, accountId] = /^(arn:aws[a-z-]*:execute-api:[a-z0-9-]+:(\d{12}):[A-Za-z0-9]+\/[^/]+)\//.exec(methodArn) ?? [];
  if (stageArn === undefined || accountId === undefined) throw new TypeError('methodArn is not the ARN of an API method');
  return { accountId, stageArn };
}
