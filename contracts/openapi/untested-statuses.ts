// Documented statuses that no interaction of customer-app -> customer-api pins, each with the reason.

export interface UntestedStatus {
  readonly operation: string;
  readonly status: number;
  readonly reason: string;
}

const throttled = 'API Gateway throttles; neither side decides when, and an emulator that did would make every run different.';
const ownMistake = 'Only a mistake in the deployment or a defect leads to it: there is no state to ask for it in.';

export const untestedStatuses: readonly UntestedStatus[] = [
  { operation: 'POST /init', status: 413, reason: 'The client sends a product code and nothing else.' },
  { operation: 'POST /init', status: 429, reason: throttled },
  { operation: 'POST /init', status: 500, reason: ownMistake },
  { operation: 'POST /init', status: 504, reason: 'The function ends itself before API Gateway gives it up.' },
  { operation: 'POST /request', status: 429, reason: throttled },
  { operation: 'POST /request', status: 500, reason: ownMistake },
  { operation: 'GET /request/{requestId}', status: 429, reason: throttled },
  { operation: 'GET /request/{requestId}', status: 500, reason: ownMistake },
  { operation: 'GET /request/{requestId}', status: 502, reason: ownMistake },
  {
    operation: 'GET /request/{requestId}',
    status: 503,
    reason: 'Only S3 itself, failing at a read, leads to it: there is no state for that.',
  },
  { operation: 'GET /request/{requestId}', status: 504, reason: 'The function ends itself before API Gateway gives it up.' },
];
