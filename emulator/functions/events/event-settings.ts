// What AWS::Lambda::EventInvokeConfig says for an invocation: how often, how long, and who is told.
import type { EventInvokeConfig } from '../../template/deployment.ts';
import { withQualifier } from './destination-record.ts';
import type { RetrySettings } from './retry-decision.ts';

export interface EventSettings extends RetrySettings {
  /** ARN of a function, with its qualifier if any. */
  readonly onSuccess: string | null;
  /** ARN of a function or a bucket. */
  readonly onFailure: string | null;
}

/** A function, a version and an alias have their own each; without one, Lambda's defaults: 2 retries, 6 hours. [D] */
export function eventSettings(configs: readonly EventInvokeConfig[], firstWaitMs: number): (invokedArn: string) => EventSettings {
  const byArn = new Map(configs.map((config) => [`${config.functionArn}:${config.qualifier}`, config]));
  return (invokedArn) => {
    const config = byArn.get(withQualifier(invokedArn));
    return {
      maximumRetryAttempts: config?.maximumRetryAttempts ?? 2,
      maximumEventAgeMs: (config?.maximumEventAgeSeconds ?? 21_600) * 1_000,
      firstWaitMs,
      onSuccess: config?.onSuccess ?? null,
      onFailure: config?.onFailure ?? null,
    };
  };
}
