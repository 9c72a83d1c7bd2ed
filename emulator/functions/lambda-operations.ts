// Which operation of Lambda's API a method and path mean, to name those that are not emulated. Source: AWS Lambda API reference.

const operations: readonly (readonly [method: string, path: RegExp, operation: string])[] = [
  ['GET', /^\/2015-03-31\/functions\/?$/, 'ListFunctions'],
  ['POST', /^\/2015-03-31\/functions\/?$/, 'CreateFunction'],
  ['GET', /^\/2015-03-31\/functions\/[^/]+$/, 'GetFunction'],
  ['DELETE', /^\/2015-03-31\/functions\/[^/]+$/, 'DeleteFunction'],
  ['GET', /^\/2015-03-31\/functions\/[^/]+\/configuration$/, 'GetFunctionConfiguration'],
  ['PUT', /^\/2015-03-31\/functions\/[^/]+\/configuration$/, 'UpdateFunctionConfiguration'],
  ['PUT', /^\/2015-03-31\/functions\/[^/]+\/code$/, 'UpdateFunctionCode'],
  ['GET', /^\/2015-03-31\/functions\/[^/]+\/policy$/, 'GetPolicy'],
  ['POST', /^\/2015-03-31\/functions\/[^/]+\/policy$/, 'AddPermission'],
  ['DELETE', /^\/2015-03-31\/functions\/[^/]+\/policy\/[^/]+$/, 'RemovePermission'],
  ['GET', /^\/2015-03-31\/functions\/[^/]+\/aliases$/, 'ListAliases'],
  ['POST', /^\/2015-03-31\/functions\/[^/]+\/aliases$/, 'CreateAlias'],
  ['GET', /^\/2015-03-31\/functions\/[^/]+\/aliases\/[^/]+$/, 'GetAlias'],
  ['PUT', /^\/2015-03-31\/functions\/[^/]+\/aliases\/[^/]+$/, 'UpdateAlias'],
  ['DELETE', /^\/2015-03-31\/functions\/[^/]+\/aliases\/[^/]+$/, 'DeleteAlias'],
  ['GET', /^\/2015-03-31\/functions\/[^/]+\/versions$/, 'ListVersionsByFunction'],
  ['POST', /^\/2015-03-31\/functions\/[^/]+\/versions$/, 'PublishVersion'],
  ['POST', /^\/2014-11-13\/functions\/[^/]+\/invoke-async\/?$/, 'InvokeAsync'],
  ['POST', /^\/2021-11-15\/functions\/[^/]+\/response-streaming-invocations$/, 'InvokeWithResponseStream'],
];

/** The operation's name, or method and API version where it is none of the better known. */
export function lambdaOperation(method: string, rawPath: string): string {
  const known = operations.find(([itsMethod, path]) => itsMethod === method && path.test(rawPath));
  return known?.[2] ?? `${method} ${/^\/\d{4}-\d{2}-\d{2}\/[a-z-]+/.exec(rawPath)?.[0] ?? 'with this path'}`;
}
