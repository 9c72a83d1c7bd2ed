// 413, by the name that the caller's SDK knows from the service.
import { type AwsFault, fault } from './fault.ts';
import type { Dialect } from './service.ts';

/** @param bytesMax the most that is taken */
export function bodyTooLarge(dialect: Dialect, bytesMax: number): AwsFault {
  switch (dialect) {
    case 'sagemaker':
      // Wording of 2018 for the limit of that time (sagemaker-python-sdk issue 171); how AWS says it at 25 MB is not known.
      return fault(413, 'RequestEntityTooLarge', `HTTP content length exceeded ${bytesMax} bytes.`);
    default:
      // Ours: AWS's own limits lie below, and are the services'.
      return fault(413, 'RequestEntityTooLargeException', `The body is larger than ${bytesMax} bytes, the most that Airlock holds.`);
  }
}
