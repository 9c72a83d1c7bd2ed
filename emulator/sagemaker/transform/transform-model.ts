// The container of a batch transform job: one of its own where Airlock runs the model, else the one that runs already.

import type { Model } from '../../model/model.ts';
import { type ModelOptions, type StartModelOptions, startModel } from '../../model/start-model.ts';

export interface TransformModelOptions extends Pick<StartModelOptions, 'activeStates' | 'clock' | 'log' | 'signal'> {
  readonly options: ModelOptions;
  /** What the model's own resource says. */
  readonly model: StartModelOptions['endpoint'];
  /** The one that serves the endpoint, where one runs. */
  readonly running: Model | null;
}

/** `environment` is the job's (transform-environment.ts). The caller closes it; the one that runs stays. @throws AirlockError where it does not come into service */
export async function startTransformModel(environment: Readonly<Record<string, string>>, given: TransformModelOptions): Promise<Model> {
  const { options, model, running, activeStates, clock, log, signal } = given;
  const isOurs = options.model === 'process' || options.model === 'docker';
  if (!isOurs) {
    const names = Object.keys(environment).join(', ');
    log.warn({ model: options.model }, `the job uses the model that runs already: it does not get the job's environment (${names})`);
    if (running !== null) return borrowed(running);
  }
  const endpoint = { ...model, environment: { ...model.environment, ...environment } };
  return startModel({ ...options, endpoint, activeStates, clock, log, signal });
}

function borrowed(model: Model): Model {
  return {
    get sealed() {
      return model.sealed;
    },
    get description() {
      return model.description;
    },
    get state() {
      return model.state;
    },
    ...(model.standIn !== undefined && { standIn: model.standIn }),
    request: (request) => model.request(request),
    open: (request) => model.open(request),
    close: async () => {},
  };
}
