// What the steps of one invocation share.
import type { WorkerEvent } from '../large-request/request-state.ts';
import type { SendInvokeEndpoint } from '../request/invoke-model.ts';
import type { HeldState } from './held-state.ts';
import type { WorkerLimits } from './limits.ts';
import type { WorkerStorage } from './storage.ts';
import type { TimeLeft } from './time-left.ts';

export interface WorkerOptions {
  readonly endpointName: string;
  readonly sendInvokeEndpoint: SendInvokeEndpoint;
  readonly storage: WorkerStorage;
  /** Invokes this function with InvocationType Event. */
  readonly invokeSelf: (event: WorkerEvent) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
  readonly limits: WorkerLimits;
}

export interface Run {
  readonly options: WorkerOptions;
  readonly held: HeldState;
  readonly time: TimeLeft;
}
