// What AirlockContainer.start() gives: addresses and keys for the application under test, and the way to end it all.
import {
  AbstractStartedContainer,
  type RestartOptions,
  type StartedTestContainer,
  type StopOptions,
  type StoppedTestContainer,
} from 'testcontainers';
import { AirlockError } from '../errors.ts';
import type { Credentials } from '../iam/principal.ts';
import type { PrincipalName } from '../local-principals.ts';
import type { ReadyInfo } from '../start.ts';
import type { Trace } from '../trace/tracer.ts';
import { askControl } from './ask-control.ts';
import { type Serving, waitUntilServing } from './wait-until-serving.ts';

export interface ServingAirlock extends Serving {
  readonly ready: ReadyInfo;
}

/** A running emulator with its model. What StartedTestContainer has (logs, exec, networks) is the emulator's. */
export class StartedAirlockContainer extends AbstractStartedContainer {
  private readonly serving: Serving;
  private ready: ReadyInfo;

  constructor(emulator: StartedTestContainer, { ready, ...serving }: ServingAirlock) {
    super(emulator);
    this.serving = serving;
    this.ready = ready;
  }

  /** The ready file, with the URLs of here. Of several APIs in the templates only the first is reached from outside, and listed. */
  getReadyInfo(): ReadyInfo {
    return this.ready;
  }

  /** With the stage: http://127.0.0.1:PORT/v1. @throws AirlockError BAD_TEMPLATE where the templates have no API */
  getApiUrl(): string {
    return this.ready.apiUrl ?? missing('API');
  }

  /** For every AWS SDK client, as `endpoint`. Where Docker is on another machine under a name, an S3 client needs `forcePathStyle`. */
  getAwsUrl(): string {
    return this.ready.awsUrl;
  }

  /** It answers to the host 127.0.0.1 only, so where Docker is on another machine it answers 403; traces() works there, too. */
  getControlUrl(): string {
    return this.ready.controlUrl;
  }

  getRegion(): string {
    return this.ready.region;
  }

  /** @throws AirlockError BAD_TEMPLATE where the templates have none */
  getResultsBucket(): string {
    return this.ready.resultsBucket ?? missing('results bucket');
  }

  /** @throws AirlockError BAD_TEMPLATE where the templates have none */
  getEndpointName(): string {
    return this.ready.endpointName ?? missing('SageMaker endpoint');
  }

  getCredentials(principal: PrincipalName = 'customer-app'): Credentials {
    const credentials = this.ready.credentials[principal];
    if (credentials !== undefined) return credentials;
    throw new AirlockError(
      'BAD_OPTION',
      `There is no principal "${principal}".`,
      `There are ${Object.keys(this.ready.credentials).join(', ')}.`,
    );
  }

  /** True only where the model was verified to reach no network. */
  isSealed(): boolean {
    return this.ready.sealed;
  }

  /** For docker commands on it. */
  getModelContainerId(): string {
    return this.serving.model.containerId;
  }

  /** What happened, stage by stage, newest last. */
  async traces(): Promise<readonly Trace[]> {
    const traces = await askControl({ host: this.getHost(), portOf: (inside) => this.getMappedPort(inside) }, '/traces');
    if (traces !== null) return traces as Trace[];
    throw new AirlockError(
      'NOT_AVAILABLE',
      'The control server of Airlock does not answer.',
      'Read logs(): is the container still running?',
    );
  }

  /** The emulator only. Its ports, its credentials and its embedded S3 are new then. */
  override async restart(options?: Partial<RestartOptions>): Promise<void> {
    await super.restart(options);
    this.ready = await waitUntilServing(this.serving);
  }

  /** Ends all three. With `remove: false` they are kept as they are then, for a look at them. Safe to call twice. */
  override async stop(options: Partial<StopOptions> = {}): Promise<StoppedTestContainer> {
    const { run, model } = this.serving;
    try {
      return await super.stop(options);
    } finally {
      await model.stop(options.timeout ?? 0);
      if (options.remove !== false) await run.remove();
    }
  }
}

function missing(what: string): never {
  throw new AirlockError('BAD_TEMPLATE', `The templates have no ${what}.`, 'Give withTemplate() a template that has one.');
}
