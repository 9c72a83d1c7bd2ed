// From a call to the operation it is, the same wherever the objects are. What is not in the table answers 501 with its name.
import { type AwsFault, isFault } from '../aws/fault.ts';
import type { AwsAnswer, AwsCall, AwsService } from '../aws/service.ts';
import { faults } from './faults.ts';
import { keyFault } from './key-limits.ts';
import { operationOf } from './operation.ts';
import { type Operation, parseRequest, type S3Access, type S3Request } from './s3-request.ts';

/** An S3 of these operations; `perform` calls the one that a request is for. */
export function dispatchS3<Options extends S3Access>(
  { log }: Options,
  operations: ReadonlyMap<string, Operation<Options>>,
  perform: (operation: Operation<Options>, request: S3Request) => AwsAnswer | AwsFault | Promise<AwsAnswer | AwsFault>,
): AwsService {
  const handle = async (call: AwsCall): Promise<AwsAnswer | AwsFault> => {
    const request = parseRequest(call);
    if (isFault(request)) return request;
    const name = operationOf(call.method, request.address, request.query, request.headers);
    if (isFault(name)) return name;
    const operation = operations.get(name);
    if (!operation) {
      log.warn({ service: 's3', operation: name }, 'not emulated');
      return faults.operationNotImplemented(name);
    }
    return (request.key !== '' ? keyFault(request.key) : null) ?? perform(operation, request);
  };
  return { signingName: 's3', handle };
}
