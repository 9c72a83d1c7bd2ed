// npm run contracts: the consumer tests write the pacts, the providers are verified against them, and the results answer whether each
// participant may be deployed. Ends with the exit code of the first step that failed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { participantsOf, shippedPairs } from '../../contracts/results/known-pairs.ts';
import { resultsDirectoryDefault } from '../../contracts/results/results-directory.ts';
import { pactsDirectory, readPactText } from './consumers/keep-pact.ts';
import { pactChanges } from './consumers/pact-changes.ts';
import { forgetVersion } from './forget-version.ts';

// Paths in arguments and defaults are meant from the root of the repository, wherever this was called.
const root = fileURLToPath(new URL('../../', import.meta.url));
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const consumerTests = 'test/contract/consumers';
const pacts = shippedPairs.map(({ consumer, provider }) => `${consumer}-${provider}.json`);

interface Step {
  readonly says: string;
  run(): Promise<number>;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** The exit code of a child; 1 where a signal ended it. */
async function runNode(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<number> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PACT_DO_NOT_TRACK: 'true', SCARF_ANALYTICS: 'false', ...environment },
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

const airlock = (...args: readonly string[]) => runNode(['--import', './emulator/check-node.mjs', 'emulator/main.ts', 'contract', ...args]);

/** Changes with every write, also of the same bytes; null where there is no file. */
async function writtenAt(name: string): Promise<bigint | null> {
  return (await stat(new URL(name, pactsDirectory), { bigint: true, throwIfNoEntry: false }))?.mtimeNs ?? null;
}

async function writePacts(): Promise<number> {
  const before = await Promise.all(pacts.map(async (name) => ({ name, text: await readPactText(name), at: await writtenAt(name) })));
  let code = await runNode([vitest, 'run', '--project', 'contract', consumerTests], { AIRLOCK_PACTS: 'write' });
  for (const { name, text, at } of before) {
    const after = await readPactText(name);
    if (after === null || (await writtenAt(name)) === at) {
      say(`${name}: NOT written by any test`);
      if (code === 0) code = 1;
      continue;
    }
    const lines = pactChanges(text, after, name);
    say(lines.length === 0 ? `${name}: unchanged` : `${name}:`);
    for (const line of lines) say(`  ${line}`);
  }
  return code;
}

function stepsFor(version: string): readonly Step[] {
  return [
    { says: `record the contracts of version ${version}`, run: () => airlock('publish', '--version', version) },
    {
      says: 'verify partner-token, customer-api and model-container',
      run: () => airlock('verify', '--shipped', '--provider-version', version),
    },
    ...participantsOf(shippedPairs).map((participant) => ({
      says: `may ${participant} ${version} be deployed?`,
      run: () => airlock('can-i-deploy', '--participant', participant, '--version', version),
    })),
  ];
}

const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
const steps = stepsFor(version);
const total = steps.length + 1;

say(`[1/${total}] write the pacts`);
let firstFailure = await writePacts();
// Pacts that were not all written are no measure for a provider.
if (firstFailure === 0) {
  await forgetVersion(join(root, resultsDirectoryDefault), version);
  for (const [index, step] of steps.entries()) {
    say(`[${index + 2}/${total}] ${step.says}`);
    const code = await step.run();
    if (firstFailure === 0) firstFailure = code;
  }
}
say(firstFailure === 0 ? 'contracts: all hold' : `contracts: failed, exit code ${firstFailure}`);
process.exitCode = firstFailure;
