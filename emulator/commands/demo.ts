// `airlock demo`: the twelve steps, each a real call, a row each. Exit code 0 when all are ok.
import { styleText } from 'node:util';
import { type ResolvedOptions, resolveCommandLine } from '../config.ts';
import { createLog } from '../log.ts';
import { type JourneyResult, type StepResult, walkJourney } from './journey.ts';
import { startUnlessInterrupted, watchSignals } from './signals.ts';

/** Resolves to the exit code when everything has ended. */
export async function runDemo(flags: Readonly<Record<string, unknown>>): Promise<number> {
  const json = flags.json === true;
  const options: ResolvedOptions = {
    ...resolveCommandLine(flags, process.env, { logLevel: 'warn' }),
    port: 0,
    awsPort: 0,
    controlPort: 0,
    credentialsFile: null,
    readyFile: null,
  };
  const interruption = watchSignals(process.env);
  const started = await startUnlessInterrupted(options, { log: createLog(options.logLevel), beganAtMs: 0 }, interruption);
  if ('exitCode' in started) return started.exitCode;
  await using airlock = started;
  if (!json) process.stdout.write(`\nready in ${airlock.readyMs} ms, model ${airlock.sealed ? 'sealed' : 'NOT sealed'}\n\n`);
  const journey = await Promise.race([walkJourney(airlock, json ? () => {} : printStep), interruption.received]);
  if ('exitCode' in journey) return journey.exitCode;

  const ok = journey.steps.every((step) => step.ok);
  if (json) process.stdout.write(`${JSON.stringify({ sealed: airlock.sealed, ...journey })}\n`);
  else process.stdout.write(summary(journey, ok));
  return ok ? 0 : 1;
}

function printStep({ step, name, ok, ms, detail }: StepResult): void {
  const mark = styleText(ok ? 'green' : 'red', ok ? 'ok  ' : 'FAIL', { stream: process.stdout, validateStream: true });
  process.stdout.write(`${String(step).padStart(2)}  ${mark}  ${name.padEnd(44)} ${ms.toFixed(0).padStart(5)} ms  ${detail}\n`);
}

function summary({ result, steps }: JourneyResult, ok: boolean): string {
  if (ok && result) return `\n${result.records} records resolved, ${result.bytes} bytes stored in s3://${result.bucket}/${result.key}\n`;
  const failed = steps.filter((step) => !step.ok).map((step) => step.step);
  return `\nStep ${failed.join(', ')} failed. For the log of every stage: npm run demo -- --log-level debug\n`;
}
