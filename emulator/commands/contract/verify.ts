// `airlock contract verify`: provider by provider, pact by pact. Exit code 0 only where every interaction was verified and is as agreed.
import { isAbsolute, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { VerificationReport } from '../../../contracts/verification/verification-report.ts';
import { verifyPact } from '../../../contracts/verification/verify-pact.ts';
import { type AirlockOptions, resolveOptions } from '../../config.ts';
import { createLog } from '../../log.ts';
import { type Airlock, start } from '../../start.ts';
import { watchSignals } from '../signals.ts';
import { templatesWithHandler } from './handler-template.ts';
import type { VerificationTarget } from './verification-target.ts';
import { customerApiIn, deployedCustomerApi } from './verify-customer-api.ts';
import { openModelContainer } from './verify-model-container.ts';
import { type ProviderName, readVerifyOptions, shippedPact, type VerifyOptions } from './verify-options.ts';
import { exitCodeOf, interactionLines, jsonOf, outcomeLine, summaryLine } from './verify-output.ts';
import { deployedPartnerToken, partnerTokenIn } from './verify-partner-token.ts';
import { prepareRecording, type Recording, type RecordOutcome } from './verify-recording.ts';

/**
 * Resolves to the exit code when everything has ended. What was verified before something failed is recorded and printed all the same.
 * @throws ContractError, AirlockError
 */
export async function runVerify(flags: Readonly<Record<string, unknown>>): Promise<number> {
  const options = readVerifyOptions(flags);
  const { received, signal } = watchSignals(process.env);
  const reports: VerificationReport[] = [];
  let outcomes: readonly RecordOutcome[] | null = null;
  let failure: unknown = null;
  try {
    const recording = await recordingFor(options);
    try {
      for (const provider of options.providers) await verifyProvider(provider, options, signal, (report) => reports.push(report));
    } catch (error) {
      failure = error;
    }
    // A terminal's Ctrl-C reaches the model's process too, and its end may be noticed before it.
    if (failure !== null && !signal.aborted) await delay(20);
    if (!signal.aborted && recording !== null) outcomes = await recording.record(reports);
  } catch (error) {
    failure = error;
  }
  if (signal.aborted) return (await received).exitCode;

  const verified = failure === null ? exitCodeOf(reports) : 1;
  const failures = (outcomes ?? []).flatMap(({ failure: of }) => of ?? []);
  const exitCode = Math.max(verified, ...failures.map((each) => each.exitCode));
  if (options.json) process.stdout.write(`${JSON.stringify(jsonOf({ ok: exitCode === 0, reports, outcomes, failure }))}\n`);
  else if (outcomes !== null) process.stdout.write(reports.map((report, index) => outcomeLine(report, outcomes?.[index])).join(''));
  for (const each of failures) process.stderr.write(`error ${each.message}\n      ${each.hint}\n`);
  if (failure !== null) throw failure;
  return exitCode;
}

function recordingFor({ providerVersion, results, providers, pacts }: VerifyOptions): Promise<Recording> | null {
  if (providerVersion === null) return null;
  const toVerify = pacts.length > 0 ? pacts : providers.map(shippedPact);
  return prepareRecording({ providerVersion, resultsDirectory: results, pacts: toVerify, env: process.env });
}

async function verifyProvider(
  provider: ProviderName,
  options: VerifyOptions,
  signal: AbortSignal,
  onReport: (report: VerificationReport) => void,
): Promise<void> {
  const { json, only, timeoutMs, pacts } = options;
  const print = (text: string) => void (json || process.stdout.write(text));
  await using target = await openTarget(provider, options, signal);
  for (const pactFile of pacts.length > 0 ? pacts : [shippedPact(provider)]) {
    print(`\n${provider}, ${shortPath(pactFile)}\n`);
    const onInteraction = (result: Parameters<typeof interactionLines>[0]) => print(interactionLines(result));
    const { send, setState, knownStates } = target;
    const report = await verifyPact({ pactFile, send, setState, knownStates, timeoutMs, signal, only, onInteraction, provider });
    print(summaryLine(report));
    onReport(report);
  }
}

/** As a person would type it. */
function shortPath(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith('..') || isAbsolute(fromHere) ? path : fromHere;
}

async function openTarget(provider: ProviderName, options: VerifyOptions, signal: AbortSignal): Promise<VerificationTarget> {
  const { functionArn: arn, handler, url, image, awsUrl, stateUrl, credentialsFile, timeoutMs, startupTimeoutMs } = options;
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  const { env } = process;
  switch (provider) {
    case 'partner-token':
      if (arn !== null) return deployedPartnerToken({ arn, awsUrl, stateUrl, credentialsFile, env, signal, say });
      return partnerTokenIn(await startEmulator(handler === null ? {} : { template: await templatesWithHandler(handler) }, signal));
    case 'customer-api':
      if (url !== null) return deployedCustomerApi({ url, stateUrl, credentialsFile, env, signal });
      return customerApiIn(await startEmulator({}, signal));
    case 'model-container':
      return openModelContainer({ image, url, timeoutMs, startupTimeoutMs, signal, say });
  }
}

/** On free ports, without a file or a word: what fails in it is part of the contract. */
function startEmulator(options: AirlockOptions, signal: AbortSignal): Promise<Airlock> {
  const resolved = resolveOptions(options);
  return start(resolved, { log: createLog(resolved.logLevel), beganAtMs: performance.now(), signal });
}
