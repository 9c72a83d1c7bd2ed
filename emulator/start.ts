// Composition root: builds the parts, hands them to each other, closes them in reverse order. It never looks into a request.
import { join } from 'node:path';
import { systemClock } from './clock.ts';
import { type AirlockOptions, accounts, type ResolvedOptions, resolveOptions } from './config.ts';
import { startControlServer } from './control/control-server.ts';
import { createFaults } from './faults.ts';
import { assumeExecutionRole, functionEnvironment } from './function-environment.ts';
import { startFunctionHost } from './functions/function-host.ts';
import { healthOf } from './health.ts';
import { createCredentialStore } from './iam/credential-store.ts';
import type { Credentials } from './iam/principal.ts';
import { createKeyMaterial } from './kms/key-material.ts';
import { issueCredentials, type PrincipalName, resultsBucketOf } from './local-principals.ts';
import { createLog, type Log } from './log.ts';
import { createFaultyModel } from './model/faulty-model.ts';
import type { Model } from './model/model.ts';
import { startModel } from './model/start-model.ts';
import { modelOptionsOf } from './model-options.ts';
import { own, ownTogether } from './ownership.ts';
import { packageFile } from './package-files.ts';
import { partnerSigner, tokenClaims } from './partner-signer.ts';
import { startProviderStates } from './provider-states/start-provider-states.ts';
import { removeStaleReadyFile, writeReadyFiles } from './ready-files.ts';
import { createDataDirectory, createRunDirectory } from './run-directory.ts';
import { createTransformService } from './sagemaker/transform/transform-service.ts';
import { createActiveStates } from './stand-in/active-states.ts';
import { standInForPartner } from './stand-in/stand-in-for-partner.ts';
import { startApis } from './start-apis.ts';
import { startAws } from './start-aws.ts';
import { startEvents } from './start-events.ts';
import { startSageMaker } from './start-sagemaker.ts';
import { startTransformJobs } from './start-transform-jobs.ts';
import { openStorage } from './storage/open-storage.ts';
import type { Deployment } from './template/deployment.ts';
import { loadDeployment } from './template/load-deployment.ts';
import { createTracer, type Trace } from './trace/tracer.ts';

/** What the ready file says. What a template does not have is null. */
export interface ReadyInfo {
  /** URL of the first API in the templates, with its stage. */
  readonly apiUrl: string | null;
  /** By logical id. */
  readonly apis: Readonly<Record<string, string>>;
  readonly awsUrl: string;
  readonly controlUrl: string;
  readonly region: string;
  readonly resultsBucket: string | null;
  readonly endpointName: string | null;
  /** True only where every model was verified to reach no network. */
  readonly sealed: boolean;
  readonly readyMs: number;
  readonly credentials: Readonly<Record<PrincipalName, Credentials>>;
}

/** A running Airlock. */
export interface Airlock extends ReadyInfo, AsyncDisposable {
  /** Where objects are: `embedded`, or the URL of another S3. */
  readonly s3: string;
  /** Who answers for the partner's token function: `template`, or the stand-in in its place. */
  readonly partner: string;
  readonly deployment: Deployment;
  /** By endpoint name. */
  readonly models: ReadonlyMap<string, Model>;
  traces(): readonly Trace[];
  /** Ends everything: no process, port or temporary file is left. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Starts everything on free ports and resolves when it serves.
 * @throws AirlockError for options, templates, parameters, ports and a model that does not start
 */
export async function startAirlock(options: AirlockOptions = {}): Promise<Airlock> {
  const resolved = resolveOptions(options);
  return start(resolved, { log: createLog(resolved.logLevel), beganAtMs: performance.now() });
}

export interface StartContext {
  readonly log: Log;
  /** The moment on performance.now()'s clock that readyMs counts from. */
  readonly beganAtMs: number;
  /** Gives up: start() rejects, and what was started is closed. */
  readonly signal?: AbortSignal;
}

/** As startAirlock(), with every option given. */
export async function start(options: ResolvedOptions, context: StartContext): Promise<Airlock> {
  await using parts = new AsyncDisposableStack();
  const { log } = context;
  const { region } = options;
  const clock = systemClock;
  const tracer = createTracer(clock);
  const keyMaterial = createKeyMaterial();
  const credentials = createCredentialStore();
  const models = new Map<string, Model>();
  const activeStates = createActiveStates();
  const faults = createFaults();
  let awsUrl = '';
  context.signal?.throwIfAborted();
  const stop = new AbortController();
  context.signal?.addEventListener('abort', () => stop.abort(), { once: true });
  await removeStaleReadyFile(options.readyFile);

  const deployment = await loadDeployment({
    templates: templatesOf(options),
    parameters: options.parameter,
    region,
    accounts,
    provideParameter: (name, loaded) => (name === 'PartnerJwks' ? JSON.stringify(keyMaterial.jwks(loaded.keys)) : undefined),
  });
  for (const { type, logicalId } of deployment.notEmulated) log.debug({ type, logicalId }, 'not emulated');
  for (const { type, logicalId, property, effect } of deployment.notEmulatedProperties)
    log.debug({ type, logicalId, property, effect }, 'no effect here');
  const sessions = new Map(deployment.functions.map((definition) => [definition.arn, assumeExecutionRole(definition, deployment)]));
  const partner = await standInForPartner({
    partner: options.partner,
    deployment,
    activeStates: activeStates.names,
    keyMaterial,
    clock,
    log,
  });
  const directory = parts.use(await createRunDirectory(log));
  const dataDirectory = options.dataDir === null ? directory.subdirectory('data') : await createDataDirectory(options.dataDir);

  context.signal?.throwIfAborted();
  // What takes time starts together: the object store's index or another S3, the bundles, the models.
  const [storage, functions] = await ownTogether(
    parts,
    [
      openStorage({
        s3: options.s3,
        // Bodies on their way to another S3 are nothing to keep.
        directory: options.s3 === 'embedded' ? dataDirectory : directory.subdirectory('data'),
        region,
        clock,
        log,
        signal: stop.signal,
        ...(options.startupTimeout !== null && { startupTimeoutMs: Number(options.startupTimeout) * 1_000 }),
      }),
      startFunctionHost({
        // A function that has a stand-in does not run: its code is not even prepared.
        functions: deployment.functions.filter(({ arn }) => arn !== partner.standIn?.functionArn),
        environmentFor: (definition) => functionEnvironment({ definition, session: sessions.get(definition.arn), awsUrl, credentials }),
        clock,
        faults,
        log,
        tracer,
        directory: directory.subdirectory('functions'),
      }),
      ...deployment.endpoints.map(async (endpoint) => {
        const model = await startModel({
          endpoint,
          ...modelOptionsOf(options),
          activeStates: activeStates.names,
          clock,
          log,
          signal: stop.signal,
        });
        models.set(endpoint.endpointName, createFaultyModel(model, faults));
        return model;
      }),
    ] as const,
    stop,
  );
  context.signal?.throwIfAborted();
  await storage.createBuckets(deployment.buckets);

  const events = await startEvents({
    ...{ deployment, functions, faults, sessions, credentials, region, clock, log, parts },
    awsUrl: () => awsUrl,
    // Beside the objects, which are in a folder of their own.
    directory: join(dataDirectory, 'lambda', 'events'),
    retryWaitSeconds: Number(options.eventRetryWait),
  });
  const { platformSessions, asyncRequests } = await startSageMaker({
    ...{ deployment, models, credentials, region, clock, log, tracer, parts },
    awsUrl: () => awsUrl,
    queueDirectory: join(dataDirectory, 'sagemaker', 'async'),
    answerDirectory: directory.subdirectory('async-answers'),
  });
  const transformJobs = own(
    parts,
    await startTransformJobs({
      ...{ deployment, sessions: platformSessions, activeStates: activeStates.names, clock, log },
      ...{ running: models, modelOptions: modelOptionsOf(options) },
      directory: join(dataDirectory, 'sagemaker', 'transform-jobs'),
      temporaryDirectory: directory.subdirectory('transform'),
    }),
  );
  const aws = own(
    parts,
    await startAws({
      deployment,
      storage,
      functions,
      events,
      asyncRequests,
      transform: createTransformService(transformJobs, platformSessions),
      partnerStandIn: partner.standIn,
      models,
      faults,
      keyMaterial,
      credentials,
      region,
      host: options.host,
      port: options.awsPort,
      clock,
      log,
      tracer,
    }),
  );
  awsUrl = aws.url;
  const apis = await startApis({
    deployment,
    functions,
    credentials,
    region,
    host: options.host,
    port: options.port,
    clock,
    log,
    tracer,
    parts,
  });
  const info = {
    apiUrl: Object.values(apis)[0] ?? null,
    apis,
    awsUrl,
    region,
    resultsBucket: resultsBucketOf(deployment)?.bucketName ?? null,
    endpointName: deployment.endpoints[0]?.endpointName ?? null,
    sealed: models.size > 0 && [...models.values()].every((model) => model.sealed),
    credentials: issueCredentials(deployment, credentials.issue),
  };
  const providerStates = startProviderStates({
    ...info,
    deployment,
    faults,
    activeStates,
    standInStates: [partner.states, ...[...models.values()].map((model) => model.standIn?.states ?? new Set<string>())],
    keyMaterial,
    clock,
    log,
  });
  let started = false;
  const control = own(
    parts,
    await startControlServer({
      host: options.host,
      port: options.controlPort,
      health: () => healthOf({ ...info, started, deployment, models, s3: storage.description, partnerStandIn: partner.contractName }),
      traces: tracer.list,
      log,
      clock,
      ...partnerSigner(deployment, keyMaterial),
      defaultClaims: tokenClaims(deployment),
      setProviderState: providerStates.set,
    }),
  );
  // After the control server: so it is closed first, while everything that it puts back is there.
  own(parts, providerStates);
  // Objects that are new have nothing of an earlier run, and looking there would cost the start its time.
  if (options.dataDir !== null || options.s3 !== 'embedded') await providerStates.restore();

  const ready: ReadyInfo = { ...info, controlUrl: control.url, readyMs: Math.round(performance.now() - context.beganAtMs) };
  parts.use(await writeReadyFiles(ready, options, log));
  started = true;
  context.signal?.throwIfAborted();
  // A second time: closed while functions can still call the endpoint. The first is for a start that fails.
  own(parts, events);
  events.begin();
  own(parts, transformJobs);
  transformJobs.begin();
  own(parts, asyncRequests);
  asyncRequests.begin();
  void functions.warm();

  const owned = parts.move();
  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= owned.disposeAsync();
    return closing;
  };
  return {
    ...ready,
    s3: storage.description,
    partner: partner.description,
    deployment,
    models,
    traces: tracer.list,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function templatesOf(options: ResolvedOptions): readonly { readonly path: string; readonly text?: string }[] {
  if (options.template.length === 0) return ['infra/partner.yaml', 'infra/customer.yaml'].map((file) => ({ path: packageFile(file) }));
  return options.template.map((template) => (typeof template === 'string' ? { path: template } : template));
}
