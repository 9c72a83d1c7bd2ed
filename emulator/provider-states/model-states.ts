// How the model behaves, and the bucket that its answer goes to.
import { ProviderStateRefused } from '../control/provider-state-change.ts';
import type { Faults, ModelFault } from '../faults.ts';
import { resultsBucketOf } from '../local-principals.ts';
import type { Deployment } from '../template/deployment.ts';
import type { TokenIssuer } from './issue-token.ts';
import { setFault } from './set-fault.ts';
import type { StateSetter, StateSetters } from './state-setter.ts';

export interface ModelStateParts {
  readonly deployment: Deployment;
  readonly faults: Faults;
  readonly tokens: TokenIssuer;
}

export function modelStates({ deployment, faults, tokens }: ModelStateParts) {
  const modelIs =
    (fault: ModelFault): StateSetter =>
    async (setup) => {
      requireModel(deployment);
      const token = await tokens.issue();
      setFault(faults, setup, 'model', fault);
      return { token };
    };
  return {
    'the model does not accept the records': modelIs(answers(400, 'The records are not accepted.')),
    'the model finds the request too large': modelIs(answers(413, 'The request is too large.')),
    'the model is too busy': modelIs(answers(429, 'The model is busy.')),
    'the model fails': modelIs(answers(500, 'The model failed.')),
    'the model ends in the middle of a request': modelIs({ kind: 'connectionLost' }),
    'the model is not running': modelIs({ kind: 'notRunning' }),
    'results cannot be stored': async (setup) => {
      const bucket = resultsBucketOf(deployment);
      if (bucket === null) throw new ProviderStateRefused('STATE_NOT_SET', 'The templates have no bucket for results.');
      const token = await tokens.issue();
      setFault(faults, setup, 'unwritableBucket', bucket.bucketName);
      return { token };
    },
  } satisfies Partial<StateSetters>;
}

/** @throws ProviderStateRefused STATE_NOT_SET */
export function requireModel({ endpoints }: Deployment): void {
  if (endpoints.length === 0) throw new ProviderStateRefused('STATE_NOT_SET', 'The templates have no endpoint, so there is no model.');
}

function answers(status: number, message: string): ModelFault {
  return { kind: 'answers', status, body: JSON.stringify({ error: message }) };
}
