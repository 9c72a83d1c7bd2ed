// Before an S3 service: a bucket can be made to take no writes, whichever S3 the objects are in.
import { fault, isFault } from '../aws/fault.ts';
import type { AwsService } from '../aws/service.ts';
import type { Faults } from '../faults.ts';
import { parseAddress } from './address.ts';

/** PutObject and its relatives, multipart uploads among them, answer 503, as S3 does when it cannot work; reading goes on. */
export function refuseWrites(s3: AwsService, faults: Pick<Faults, 'unwritableBucket'>): AwsService {
  return {
    signingName: s3.signingName,
    async handle(call) {
      if (faults.unwritableBucket === null || (call.method !== 'PUT' && call.method !== 'POST')) return s3.handle(call);
      const address = parseAddress(call.rawPath, call.headers.get('host') ?? '');
      if (isFault(address) || address.bucketName !== faults.unwritableBucket || address.key === null) return s3.handle(call);
      return fault(503, 'ServiceUnavailable', 'Service is unable to handle request.'); // [M] the text
    },
  };
}
