// The package's entry `airlock/testcontainers`: the whole of Airlock in containers, for the suite of a customer's application.
// `await using airlock = await new AirlockContainer().withModelImage('my-model:1').start()`
import { GenericContainer } from 'testcontainers';
import { AirlockError } from '../errors.ts';
import { type LogLevel, logLevels } from '../log.ts';
import { checkS3Url } from '../option-values.ts';
import { packageVersion } from '../package-files.ts';
import { connectRuntime } from './container-runtime.ts';
import { explainFailure } from './explain-failure.ts';
import { findImages } from './find-images.ts';
import { readModelNeeds } from './model-needs.ts';
import { localBindings, ports, portsInside } from './ports.ts';
import { type AirlockRun, newRun } from './run.ts';
import { startSealedModel } from './sealed-model.ts';
import { StartedAirlockContainer } from './started-airlock-container.ts';
import { templateFiles } from './template-files.ts';
import { waitUntilServing } from './wait-until-serving.ts';
import { withoutWaiting } from './without-waiting.ts';

export type { Credentials } from '../iam/principal.ts';
export type { PrincipalName } from '../local-principals.ts';
export type { ReadyInfo } from '../start.ts';
export type { Trace } from '../trace/tracer.ts';
export { AirlockError, StartedAirlockContainer };

/** Not a directory of the image: Docker would give the volume that one's owner, who need not be the relay. */
const socketDirectory = '/run/airlock-relay';
const readyFile = '/tmp/airlock/ready.json';
/** As everywhere in testcontainers. */
const startupTimeoutMs = 60_000;

/**
 * Three containers: the model without any network, a relay in its network namespace, and the emulator, which is this one.
 * What GenericContainer has (environment, networks, labels, log consumer) is for the emulator.
 */
export class AirlockContainer extends GenericContainer {
  private modelImage = `airlock-model-stub:${packageVersion()}`;
  private modelDirectory: string | null = null;
  private modelEnvironment: Readonly<Record<string, string>> = {};
  private templates: readonly string[] = [];
  private parameters: Readonly<Record<string, string>> = {};
  private s3Url: string | null = null;
  private isStarting = false;

  /** `image`: built of emulator/Dockerfile. */
  constructor(image: string = `airlock:${packageVersion()}`) {
    super(image);
    this.withExposedPorts(...portsInside);
    this.withWaitStrategy(withoutWaiting);
    this.withSecurityOpt('no-new-privileges:true').withDroppedCapabilities('ALL');
    this.hostConfig.Init = true;
  }

  /** The model's image, as it would be given to SageMaker. Default: the stub that comes with Airlock. */
  withModelImage(reference: string): this {
    this.modelImage = reference;
    return this;
  }

  /** Added to what the template says of the model's container. */
  withModelEnvironment(environment: Readonly<Record<string, string>>): this {
    this.modelEnvironment = { ...this.modelEnvironment, ...environment };
    return this;
  }

  /** The unpacked artifact, copied to where the model finds it read-only: /opt/ml/model. Default: what the image has there. */
  withModelDirectory(directory: string): this {
    this.modelDirectory = directory;
    return this;
  }

  /** A CloudFormation template on this machine, repeatable in the order of deployment. It is copied along with the code of its functions. */
  withTemplate(path: string): this {
    this.templates = [...this.templates, path];
    return this;
  }

  /** For every template that declares the name. */
  withParameter(name: string, value: string): this {
    this.parameters = { ...this.parameters, [name]: value };
    return this;
  }

  /**
   * Another S3 in the embedded one's place, e.g. LocalStack's, under the address that the emulator's container has for it.
   * @throws AirlockError BAD_OPTION: no http(s)://HOST:PORT, or AWS itself
   */
  withS3Url(url: string): this {
    if (url !== 'embedded') checkS3Url(url, 'The URL of withS3Url()');
    this.s3Url = url;
    return this;
  }

  /** Of the emulator. Its lines are for withLogConsumer() and logs(). */
  withLogLevel(level: LogLevel): this {
    if (!logLevels.includes(level))
      throw new AirlockError('BAD_OPTION', `The log level is "${level}".`, `It can be ${logLevels.join(', ')}.`);
    return this.withEnvironment({ AIRLOCK_LOG_LEVEL: level });
  }

  /** For the model's first 200 from /ping, in milliseconds; what is around it gets a little more. Default 60,000; SageMaker waits 480,000. */
  override withStartupTimeout(timeoutMs: number): this {
    return super.withStartupTimeout(timeoutMs);
  }

  /** @throws AirlockError BAD_OPTION: a second process would have neither the credentials nor the other two containers. */
  override withReuse(): this {
    throw new AirlockError('BAD_OPTION', 'An AirlockContainer cannot be reused.', 'Start one per process; it takes seconds.');
  }

  /**
   * Resolves when everything serves.
   * @throws AirlockError, with the last lines of what failed; nothing that was started is left then
   */
  override async start(): Promise<StartedAirlockContainer> {
    if (this.isStarting) {
      throw new AirlockError(
        'BAD_OPTION',
        'This AirlockContainer is being started.',
        'Make a new AirlockContainer for each start at the same time.',
      );
    }
    this.isStarting = true;
    // What this start adds, so that the next one does not add to it.
    const { createOpts, hostConfig, filesToCopy } = this;
    this.createOpts = { ...createOpts };
    this.hostConfig = { ...hostConfig };
    try {
      return await this.startParts();
    } finally {
      Object.assign(this, { createOpts, hostConfig, filesToCopy, isStarting: false });
    }
  }

  private async startParts(): Promise<StartedAirlockContainer> {
    const needs = await readModelNeeds({ templates: this.templates, parameters: this.parameters });
    const files = await templateFiles(this.templates, needs.deployment);
    const runtime = await connectRuntime();
    const imageIds = await findImages(runtime, { emulator: this.imageName.string, model: this.modelImage });
    const run = await newRun(runtime, { cleansUp: this.autoCleanup });
    try {
      const model = await startSealedModel({
        run,
        imageIds,
        socketDirectory,
        modelDirectory: this.modelDirectory,
        environment: { ...needs.environment, ...this.modelEnvironment },
      });
      this.withCopyFilesToContainer(files.copies).withCommand(this.commandFor(files.paths));
      const emulator = await this.startEmulator(run);
      const serving = { run, emulator, model, readyFile, timeoutMs: this.timeoutMs(), hasOtherS3: this.s3Url !== null };
      const started = new StartedAirlockContainer(emulator, { ...serving, ready: await waitUntilServing(serving) });
      await model.keepRunning();
      return started;
    } catch (error) {
      const explained = await explainFailure(error, { run, modelImage: this.modelImage, emulatorImage: this.imageName.string });
      // Where Docker itself has gone, the next start removes it; what failed first is what matters.
      await Promise.allSettled([run.remove()]);
      throw explained;
    }
  }

  private startEmulator(run: AirlockRun) {
    this.withLabels(run.labels('emulator')).withEnvironment({ AIRLOCK_HOST: '0.0.0.0' });
    this.hostConfig.Binds = [...(this.hostConfig.Binds ?? []), `${run.socketVolume}:${socketDirectory}:rw`];
    if (run.isLocal) this.hostConfig.PortBindings = { ...this.hostConfig.PortBindings, ...localBindings };
    return super.start();
  }

  private commandFor(templatePaths: readonly string[]): string[] {
    const options = {
      model: [`unix:${socketDirectory}`],
      'ready-file': [readyFile],
      'credentials-file': ['/tmp/airlock/credentials'],
      port: [ports.api],
      'aws-port': [ports.aws],
      'control-port': [ports.control],
      'startup-timeout': [this.timeoutMs() / 1_000],
      ...(this.s3Url !== null && { s3: [this.s3Url] }),
      template: templatePaths,
      parameter: Object.entries(this.parameters).map(([name, value]) => `${name}=${value}`),
    };
    return ['up', ...Object.entries(options).flatMap(([name, values]) => values.flatMap((value) => [`--${name}`, String(value)]))];
  }

  private timeoutMs(): number {
    return this.startupTimeoutMs ?? startupTimeoutMs;
  }
}
