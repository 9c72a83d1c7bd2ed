// A stage returns this instead of the next context: the request ends here, with an answer that API Gateway makes itself.
import type { FixedResponseName, GatewayResponseType } from './gateway-response-types.ts';

export type Refusal = GatewayRefusal | FixedRefusal;

export interface GatewayRefusal {
  readonly kind: 'refusal';
  readonly type: GatewayResponseType;
  /** Instead of the table's: */
  readonly message?: string;
  readonly status?: number;
  readonly errorType?: string;
  /** $context.error.validationErrorString */
  readonly validationError?: string;
  /** Why, for the log. Never shown to the caller, never a body or token. */
  readonly reason?: string;
}

export interface FixedRefusal {
  readonly kind: 'fixed-refusal';
  readonly name: FixedResponseName;
}

export function refuse(type: GatewayRefusal['type'], details: Omit<GatewayRefusal, 'kind' | 'type'> = {}): GatewayRefusal {
  return { kind: 'refusal', type, ...details };
}

export function refuseFixed(name: FixedResponseName): FixedRefusal {
  return { kind: 'fixed-refusal', name };
}

export function isRefusal(value: object): value is Refusal {
  return 'kind' in value && (value.kind === 'refusal' || value.kind === 'fixed-refusal');
}
