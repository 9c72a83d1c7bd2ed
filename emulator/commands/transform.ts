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
import { watchSignals } from './signals.ts';
import { readTransformFlags, textOf } from './transform-flags.ts';
import { lookAtInput, openPlaces, type Places } from './transform-places.ts';
import { counted, createProgressDisplay } from './transform-progress.ts';

/** Resolves to the exit code when everything has ended. */
export async function runTransformCommand(flags: Readonly<Record<string, unknown>>): Promise<number> {
  const beganAtMs = performance.now();
  const options = resolveCommandLine(flags, process.env, { logLevel: 'error' });
  const settings = readTransformFlags(flags);
  const log = createLog(options.logLevel);
  const { signal, received } = watchSignals(process.env);
  using places = await openPlaces({
    input: textOf(flags.input, '--input') ?? '',
    output: textOf(flags.output, '--output') ?? '',
    isManifest: settings.input.kind === 'manifest',
    awsUrl: textOf(flags.awsUrl, '--aws-url') ?? `http://127.0.0.1:${options.awsPort}`,
    region: options.region,
    credentialsFile: options.credentialsFile,
  });
  const { contentType: given, compression, kind } = settings.input;
  const byEnding = kind === 'manifest' || given !== null ? null : await lookAtInput(places, compression === 'Gzip', signal);
  const definition: TransformDefinition = {
    ...settings,
    input: { ...settings.input, location: places.input, contentType: given ?? byEnding },
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
    signal,
    log,
  }).finally(display.end);
  if (outcome.kind === 'stopped') {
    const { done = 0, failed = 0, all = 0 } = outcome.progress.files ?? {};
    process.stderr.write(`stopped: ${done - failed} of ${all} files have their output, nothing half is left\n`);
    return (await received).exitCode;
  }
  const seconds = Math.round(performance.now() - beganAtMs) / 1_000;
  if (flags.json === true) process.stdout.write(`${JSON.stringify(jsonOf(outcome, seconds))}\n`);
  if (startFailure !== null) throw startFailure;
  if (flags.json !== true) process.stdout.write(summaryOf(outcome, seconds, places));
  return outcome.kind === 'completed' ? 0 : 1;
}

/** A model that is in no template, sealed as one of the Marketplace. */
function modelFor(options: ResolvedOptions, running: Pick<TransformModelOptions, 'log' | 'signal'>): TransformModelOptions {
  const model = { environment: {}, networkIsolation: true, startupTimeoutSeconds: null };
  return { options: modelOptionsOf(options), model, running: null, activeStates: new Set(), clock: systemClock, ...running };
}

function jsonOf({ progress, failureReason, failedInputs }: TransformOutcome, seconds: number) {
  const { files, records, requests, bytes } = progress;
  return { files: files?.all ?? 0, failed: files?.failed ?? 0, records, requests, bytes: bytes.done, seconds, failureReason, failedInputs };
}

function summaryOf({ kind, progress, failureReason, failedInputs }: TransformOutcome, seconds: number, { names }: Places): string {
  const { files, records, requests, bytes } = progress;
  const { done = 0, failed = 0 } = files ?? {};
  const isOk = kind === 'completed';
  const mark = styleText(isOk ? 'green' : 'red', isOk ? 'ok  ' : 'FAIL', { stream: process.stdout, validateStream: true });
  const rate = counted(Math.round(records / Math.max(seconds, 0.001)));
  const lines = [
    `${mark}  ${counted(done - failed)} of ${counted(files?.all ?? 0)} files have their output in ${names.output}`,
    `      ${counted(records)} records in ${counted(requests)} requests, ${counted(bytes.done)} bytes, ${seconds.toFixed(1)} s (${rate} records/s)`,
    ...(failureReason === null ? [] : [`      ${failureReason}`]),
    ...failedInputs.map(({ key, reason }) => `      ${key}: ${reason}`),
    ...(failed > failedInputs.length ? [`      … and ${failed - failedInputs.length} more`] : []),
  ];
  return `${lines.join('\n')}\n`;
}
