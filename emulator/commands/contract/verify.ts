// `airlock contract verify`: provider by provider, pact by pact. Exit code 0 only where every interaction was verified and is as agreed.
import { isAbsolute, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { contractExitCodes } from '../../../contracts/contract-error.ts';
import { brokerFromEnvironment } from '../../../contracts/results/broker/broker-connection.ts';
import { recordVerification } from '../../../contracts/results/record-verification.ts';
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
import { exitCodeOf, interactionLines, summaryLine } from './verify-output.ts';
import { deployedPartnerToken, partnerTokenIn } from './verify-partner-token.ts';

/** Resolves to the exit code when everything has ended. @throws ContractError, AirlockError */
export async function runVerify(flags: Readonly<Record<string, unknown>>): Promise<number> {
  const options = readVerifyOptions(flags);
  const { received, signal } = watchSignals(process.env);
  const reports: VerificationReport[] = [];
  try {
    for (const provider of options.providers) reports.push(...(await verifyProvider(provider, options, signal)));
    for (const report of reports) await record(report, options);
  } catch (error) {
    // A terminal's Ctrl-C reaches the model's process too, and its end may be noticed before it.
    if (!signal.aborted) await delay(20);
    if (!signal.aborted) throw error;
    return (await received).exitCode;
  }
  if (signal.aborted) return (await received).exitCode;
  const exitCode = exitCodeOf(reports);
  if (options.json) process.stdout.write(`${JSON.stringify({ ok: exitCode === 0, verifications: reports })}\n`);
  return exitCode;
}

async function verifyProvider(provider: ProviderName, options: VerifyOptions, signal: AbortSignal): Promise<readonly VerificationReport[]> {
  const { json, only, timeoutMs, pacts } = options;
  const print = (text: string) => void (json || process.stdout.write(text));
  const reports: VerificationReport[] = [];
  await using target = await openTarget(provider, options, signal);
  for (const pactFile of pacts.length > 0 ? pacts : [shippedPact(provider)]) {
    print(`\n${provider}, ${shortPath(pactFile)}\n`);
    const onInteraction = (result: Parameters<typeof interactionLines>[0]) => print(interactionLines(result));
    const { send, setState, knownStates } = target;
    const report = await verifyPact({ pactFile, send, setState, knownStates, timeoutMs, signal, only, onInteraction, provider });
    print(summaryLine(report));
    reports.push(report);
  }
  return reports;
}

/** As a person would type it. */
function shortPath(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith('..') || isAbsolute(fromHere) ? path : fromHere;
}

async function openTarget(provider: ProviderName, options: VerifyOptions, signal: AbortSignal): Promise<VerificationTarget> {
  const { functionArn: arn, handler, url, image, awsUrl, stateUrl, credentialsFile, timeoutMs } = options;
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
      return openModelContainer({ image, url, timeoutMs, signal });
  }
}

/** On free ports, without a file or a word: what fails in it is part of the contract. */
function startEmulator(options: AirlockOptions, signal: AbortSignal): Promise<Airlock> {
  const resolved = resolveOptions(options);
  return start(resolved, { log: createLog(resolved.logLevel), beganAtMs: performance.now(), signal });
}

async function record(report: VerificationReport, { providerVersion, results, json }: VerifyOptions): Promise<void> {
  if (providerVersion === null) return;
  // Standard output is the JSON object's alone.
  const say = (line: string) => void (json ? process.stderr : process.stdout).write(`${line}\n`);
  const name = `${report.consumer} -> ${report.provider}`;
  const notJudged = report.interactions.filter(({ code }) => code !== undefined && contractExitCodes[code] > 1);
  if (notJudged.length > 0) {
    say(`not recorded: ${name}: ${notJudged.length} of its interactions could not be verified`);
    return;
  }
  const recorded = await recordVerification(report, {
    providerVersion,
    resultsDirectory: results,
    broker: brokerFromEnvironment(process.env),
  });
  if (!recorded.recorded) say(`not recorded: ${name}: ${recorded.why}`);
  else say(`recorded: ${name} in ${recorded.file}${recorded.publishedTo === null ? '' : `, published to ${recorded.publishedTo}`}`);
}
