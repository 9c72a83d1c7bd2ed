// Verifies a provider against one pact file with Pact's own verifier, interaction by interaction. Nothing passes that was not checked.
import { ContractError } from '../contract-error.ts';
import type { Interaction, Pact } from '../pact/pact.ts';
import { readPactFile } from '../pact/read-pact-file.ts';
import { pactFingerprint } from '../results/pact-fingerprint.ts';
import { type InteractionRun, startInteractionRun } from './interaction-run.ts';
import { neededValues } from './needed-values.ts';
import { type PactVerifier, startPactVerifier } from './pact-verifier.ts';
import type { SendToProvider, SetProviderState } from './provider.ts';
import { readVerifierResult } from './read-verifier-result.ts';
import { type SplitPact, splitPact } from './split-pact.ts';
import { startVerificationProxy, type VerificationProxy } from './verification-proxy.ts';
import type { InteractionResult, VerificationReport } from './verification-report.ts';

export interface VerifyPactOptions {
  readonly pactFile: string;
  /** Whose contract it has to be; default: whatever the file says. */
  readonly provider?: string;
  readonly send: SendToProvider;
  readonly setState: SetProviderState;
  /** Asked once, before anything is verified: the names of the states that can be set, or null where nobody can tell. */
  readonly knownStates?: () => Promise<readonly string[] | null>;
  /** For each answer of the provider, and each state change. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Only interactions whose description contains one of these. */
  readonly only?: readonly string[];
  /** As each one ends. */
  readonly onInteraction?: (result: InteractionResult) => void;
}

/** Pact's verifier waits longer than we do, so that it is us who say what was slow. */
const verifierGraceMs = 10_000;
/** Interactions in a row that waited in vain: nobody waits for the rest, which may be many. */
const timedOutMax = 2;

/**
 * Resolves also where the contract does not hold: look at `ok`.
 * @throws ContractError where nothing could be verified: PACT_DAMAGED, PACT_NOT_SUPPORTED, BAD_USAGE, UNKNOWN_STATE, VERIFIER_NOT_AVAILABLE;
 *   the signal's reason where it is aborted
 */
export async function verifyPact(options: VerifyPactOptions): Promise<VerificationReport> {
  const { pactFile, only = [], signal = new AbortController().signal } = options;
  signal.throwIfAborted();
  const { text, pact } = await readPactFile(pactFile);
  checkProvider(pact, options.provider, pactFile);
  const selected = select(pact, only, pactFile);
  await checkStates(selected, options.knownStates);

  await using parts = new AsyncDisposableStack();
  const split = parts.use(await splitPact(text));
  if (split.count !== pact.interactions.length) {
    throw new ContractError(
      'VERIFICATION_FAILED',
      `${pactFile} has ${split.count} interactions, of which ${pact.interactions.length} were understood.`,
      'Nothing was verified. Please report it with the pact file.',
    );
  }
  const proxy = parts.use(await startVerificationProxy());
  const verifier = parts.use(await startPactVerifier(signal));
  const results: InteractionResult[] = [];
  let timedOutInARow = 0;
  for (const { interaction, index } of selected) {
    let result = notVerified(interaction);
    if (timedOutInARow < timedOutMax) {
      const verified = await verifyInteraction({ interaction, index, pact, split, proxy, verifier, options: { ...options, signal } });
      result = verified.result;
      timedOutInARow = verified.timedOut ? timedOutInARow + 1 : 0;
    }
    results.push(result);
    options.onInteraction?.(result);
  }
  return {
    consumer: pact.consumer,
    provider: pact.provider,
    pactSha256: pactFingerprint(text),
    partial: only.length > 0,
    ok: results.length > 0 && results.length === selected.length && results.every((result) => result.ok),
    interactions: results,
  };
}

function checkProvider(pact: Pact, provider: string | undefined, pactFile: string): void {
  if (provider === undefined || pact.provider === provider) return;
  throw new ContractError(
    'BAD_USAGE',
    `${pactFile} is a contract with ${pact.provider}, not with ${provider}.`,
    'Name a pact of this provider.',
  );
}

interface Selected {
  readonly interaction: Interaction;
  /** In the file. */
  readonly index: number;
}

function select(pact: Pact, only: readonly string[], pactFile: string): readonly Selected[] {
  const all = pact.interactions.map((interaction, index) => ({ interaction, index }));
  // Each text has to find something: one of two that is misspelt would leave out what was meant to be checked.
  for (const text of only) {
    if (all.some(({ interaction }) => interaction.description.includes(text))) continue;
    const descriptions = all.map(({ interaction }) => interaction.description).join('; ');
    throw new ContractError('BAD_USAGE', `No interaction of ${pactFile} contains "${text}".`, `Its interactions: ${descriptions}.`);
  }
  return only.length === 0 ? all : all.filter(({ interaction }) => only.some((text) => interaction.description.includes(text)));
}

async function checkStates(selected: readonly Selected[], knownStates: VerifyPactOptions['knownStates']): Promise<void> {
  const known = await knownStates?.();
  if (!known) return;
  const named = selected.flatMap(({ interaction }) => interaction.providerStates.map(({ name }) => name));
  const unknown = [...new Set(named)].filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const names = unknown.map((name) => `"${name}"`).join(', ');
  throw new ContractError(
    'UNKNOWN_STATE',
    `The pact asks for ${unknown.length === 1 ? 'a state' : 'states'} that cannot be set here: ${names}.`,
    known.length === 0 ? 'This provider has no states: correct the pact.' : `Known are: ${known.join('; ')}.`,
  );
}

interface InteractionToVerify extends Selected {
  readonly pact: Pact;
  readonly split: SplitPact;
  readonly proxy: VerificationProxy;
  readonly verifier: PactVerifier;
  readonly options: VerifyPactOptions & { readonly signal: AbortSignal };
}

async function verifyInteraction({
  interaction,
  index,
  pact,
  split,
  proxy,
  verifier,
  options,
}: InteractionToVerify): Promise<{ readonly result: InteractionResult; readonly timedOut: boolean }> {
  const { description, providerStates } = interaction;
  const { send, setState, timeoutMs, signal } = options;
  const run = startInteractionRun({ send, setState, needs: neededValues(interaction.request), timeoutMs, signal });
  const { baseUrl, statesUrl } = proxy.begin(run, {
    request: Object.keys(interaction.request.headers),
    response: Object.keys(interaction.response.headers),
  });
  const order = { pactFile: await split.write(index), provider: pact.provider, baseUrl, statesUrl, timeoutMs: timeoutMs + verifierGraceMs };
  // Set up and taken back, and the request itself.
  const stepsMax = 2 * Math.max(providerStates.length, 1) + 1;
  try {
    const json = await verifier.verify(order, stepsMax * order.timeoutMs + verifierGraceMs);
    const verdict = readVerifierResult(json, description);
    await run.end();
    const result = { description, providerStates: providerStates.map(({ name }) => name), ...judge(verdict, run) };
    return { result, timedOut: run.timedOut };
  } finally {
    // Also where the verifier was killed or the user gave up: no state stays behind.
    await run.end();
  }
}

/** What the proxy saw goes before what Pact's verifier makes of it: that only knows of a connection that was broken off. */
function judge(
  verdict: { readonly ok: boolean; readonly mismatches: readonly string[] },
  run: InteractionRun,
): Omit<InteractionResult, 'description' | 'providerStates'> {
  const { problem, answered } = run;
  if (problem instanceof ContractError) return { ok: false, mismatches: [`${problem.message} ${problem.hint}`], code: problem.code };
  if (problem !== null) throw problem;
  if (verdict.ok && answered !== 1)
    return { ok: false, mismatches: [`The provider was asked ${answered} times, not once.`], code: 'VERIFICATION_FAILED' };
  if (!verdict.ok && run.remark !== null) return { ok: false, mismatches: [...verdict.mismatches, run.remark] };
  return verdict;
}

function notVerified({ description, providerStates }: Interaction): InteractionResult {
  const mismatches = ['Not verified: the provider has stopped answering.'];
  return { description, providerStates: providerStates.map(({ name }) => name), ok: false, mismatches, code: 'PROVIDER_TOO_SLOW' };
}
