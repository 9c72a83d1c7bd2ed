// What the composition root hands to the gateway.
import type { Clock } from '../clock.ts';
import type { FunctionInvoker } from '../functions/outcome.ts';
import type { Log } from '../log.ts';
import type { RestApi } from '../template/api-definition.ts';
import type { Tracer } from '../trace/tracer.ts';
import type { DenialTextSet } from './denial-texts.ts';
import type { VerifyApiSignature } from './verify-api-signature.ts';

export interface GatewayOptions {
  readonly api: RestApi;
  readonly accountId: string;
  readonly region: string;
  readonly invoker: FunctionInvoker;
  /**
   * Whether the function's resource policy lets apigateway.amazonaws.com invoke it with this SourceArn. Asked once for each pair,
   * and the answer kept: what a template permits does not change while it runs.
   */
  readonly mayInvoke: (functionArn: string, sourceArn: string) => boolean;
  readonly verifySignature: VerifyApiSignature;
  readonly clock: Clock;
  readonly log: Log;
  readonly tracer: Tracer;
  /** Which of AWS's two sets of authorizer denials; default: today's. */
  readonly denialTexts?: DenialTextSet;
}
