// Where objects are: in the embedded S3, or in another one behind the same endpoint. The rest of Airlock cannot tell.
import type { AwsService } from '../aws/service.ts';
import type { Bucket } from '../template/deployment.ts';
import type { S3Options } from './s3-request.ts';

/** What the S3 service is told, whichever store is behind it. */
export type S3ServiceOptions = Omit<S3Options, 'store'>;

export interface Storage {
  /** For people: `embedded`, or the URL of the S3. */
  readonly description: string;
  /**
   * The buckets of the templates, with the objects they start with; what is there already stays.
   * @throws AirlockError BAD_OPTION where a bucket is somebody else's, NOT_AVAILABLE where the S3 does not answer
   */
  createBuckets(buckets: readonly Bucket[]): Promise<void>;
  createService(options: S3ServiceOptions): AwsService;
  /** Close it after the endpoint. */
  close(): Promise<void>;
}
