// `airlock transform`: a batch transform job over local files, or over the S3 of a running Airlock, with a sealed container of its own.
import { styleText } from 'node:util';
import { systemClock } from '../clock.ts';
import { type ResolvedOptions, resolveCommandLine } from '../config.ts';
import { createLog } from '../log.ts';
import { modelOptionsOf } from '../model-options.ts';
import { createRunDirectory } from '../run-directory.ts';
import { runTransform } from '../sagemaker/transform/run-transform.ts';
import type { TransformDefinition, TransformOutcome } from '../sagemaker/transform/transform-definition.ts';
import { startTransformModel, type TransformModelOptions } from '../sagemaker/transform/transform-model.ts';
import { lookAtInput } from './look-at-input.ts';
import { type Interruption, watchSignals } from './signals.ts';
import { readTransformFlags, type TransformSettings, textOf } from './transform-flags.ts';
import { openPlaces, type Places } from './transform-places.ts';
import { counted, createProgressDisplay } from './transform-progress.ts';

type Flags = Readonly<Record<string, unknown>>;

/** Resolves to the exit code when everything has ended. */
export async function runTransformCommand(flags: Flags): Promise<number> {
  const beganAtMs = performance.now();
  const options = resolveCommandLine(flags, process.env, { logLevel: 'warn' });
  const settings = readTransformFlags(flags);
  const { signal, received } = watchSignals(process.env);
  const told = { isJson: flags.json === true, secondsNow: () => Math.round(performance.now() - beganAtMs) / 1_000 };
  try {
    const outcome = await transform({ flags, options, settings, signal, ...told });
    if (outcome.kind !== 'stopped') return outcome.kind === 'completed' ? 0 : 1;
    tellStopped(outcome, told);
  } catch (error) {
    if (!signal.aborted) throw error;
    tellStopped(nothingDone, told);
  }
  return (await received).exitCode;
}

const nothingDone: TransformOutcome = {
  ...{ kind: 'stopped', failureReason: null, failedInputs: [] },
  progress: { files: null, bytes: { done: 0, all: 0 }, records: 0, requests: 0 },
};

interface Telling {
  readonly isJson: boolean;
  /** Since the beginning. */
  readonly secondsNow: () => number;
}

interface Transforming extends Telling, Pick<Interruption, 'signal'> {
  readonly flags: Flags;
  readonly options: ResolvedOptions;
  readonly settings: TransformSettings;
}

async function transform({ flags, options, settings, signal, isJson, secondsNow }: Transforming): Promise<TransformOutcome> {
  const log = createLog(options.logLevel);
  using places = await openPlaces({
    input: textOf(flags.input, '--input') ?? '',
    output: textOf(flags.output, '--output') ?? '',
    isManifest: settings.input.kind === 'manifest',
    awsUrl: textOf(flags.awsUrl, '--aws-url') ?? `http://127.0.0.1:${options.awsPort}`,
    region: options.region,
    credentialsFile: options.credentialsFile,
    signal,
  });
  const contentType = await lookAtInput(places, { ...settings.input, signal });
  const definition: TransformDefinition = {
    ...settings,
    input: { ...settings.input, location: places.input, contentType },
    output: { ...settings.output, location: places.output },
  };
  const display = createProgressDisplay(process.stderr, {
    now: () => performance.now(),
    term: process.env.TERM,
    paint: (text) => styleText('green', text, { stream: process.stderr, validateStream: true }),
  });
  await using directory = await createRunDirectory(log);
  // What keeps the container from starting has an exit code and a hint of its own.
  let startFailure: unknown = null;
  const outcome = await runTransform(definition, {
    storage: places.storage,
    async startModel(environment) {
      try {
        const model = await startTransformModel(environment, modelFor(options, { log, signal }));
        display.tell(`model: ${model.description}`);
        return model;
      } catch (error) {
        startFailure = error;
        throw error;
      }
    },
    temporaryDirectory: directory.subdirectory('transform'),
    onProgress: display.show,
    onProblem: (problem) => display.tell(`warning: ${problem}`),
    signal,
    // Its warnings are told here: failed inputs in the end, what the container says wrongly at once.
    log: options.logLevel === 'warn' ? createLog('error') : log,
  }).finally(display.end);
  if (outcome.kind === 'stopped') return outcome;
  if (isJson) process.stdout.write(`${JSON.stringify(jsonOf(outcome, secondsNow()))}\n`);
  if (startFailure !== null) throw startFailure;
  if (!isJson) process.stdout.write(summaryOf(outcome, secondsNow(), places));
  return outcome;
}

function tellStopped(outcome: TransformOutcome, { isJson, secondsNow }: Telling): void {
  if (isJson) process.stdout.write(`${JSON.stringify(jsonOf(outcome, secondsNow()))}\n`);
  const { done = 0, failed = 0, all = 0 } = outcome.progress.files ?? {};
  process.stderr.write(`stopped: ${done - failed} of ${counted(all, 'file')} ${haveTheir(all)} output, nothing half is left\n`);
}

function haveTheir(files: number): string {
  return files === 1 ? 'has its' : 'have their';
}

/** A model that is in no template, sealed as one of the Marketplace. */
function modelFor(options: ResolvedOptions, running: Pick<TransformModelOptions, 'log' | 'signal'>): TransformModelOptions {
  const model = { environment: {}, networkIsolation: true, startupTimeoutSeconds: null };
  return { options: modelOptionsOf(options), model, running: null, activeStates: new Set(), clock: systemClock, ...running };
}

function jsonOf({ kind, progress, failureReason, failedInputs }: TransformOutcome, seconds: number) {
  const { files, records, requests, bytes } = progress;
  const { done = 0, all = 0 } = files ?? {};
  // A job that fails as a whole has looked at none of them.
  const failed = kind === 'failed' && failedInputs.length === 0 ? all : (files?.failed ?? 0);
  const outputs = done - (files?.failed ?? 0);
  return { kind, files: all, outputs, failed, records, requests, bytes: bytes.done, seconds, failureReason, failedInputs };
}

function summaryOf({ kind, progress, failureReason, failedInputs }: TransformOutcome, seconds: number, { names }: Places): string {
  const { files, records, requests, bytes } = progress;
  const { done = 0, failed = 0, all = 0 } = files ?? {};
  const isOk = kind === 'completed';
  const mark = styleText(isOk ? 'green' : 'red', isOk ? 'ok  ' : 'FAIL', { stream: process.stdout, validateStream: true });
  const rate = counted(Math.round(records / Math.max(seconds, 0.001)));
  const lines = [
    `${mark}  ${counted(done - failed)} of ${counted(all, 'file')} ${haveTheir(all)} output in ${names.output}`,
    `      ${counted(records, 'record')} in ${counted(requests, 'request')}, ${counted(bytes.done, 'byte')}, ${seconds.toFixed(1)} s (${rate} records/s)`,
    ...(failureReason === null ? [] : [`      ${failureReason}`]),
    ...failedInputs.map(({ key, reason }) => `      ${key}: ${reason}`),
    ...(!isOk && names.output.startsWith('s3:')
      ? ['      In S3 an output of an earlier run is still there where its input failed now.']
      : []),
    ...(failed > failedInputs.length ? [`      … and ${failed - failedInputs.length} more`] : []),
  ];
  return `${lines.join('\n')}\n`;
}
