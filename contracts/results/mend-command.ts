// The command that would fill a gap in the results. What only the user knows stays a placeholder in angle brackets: a shell refuses
// the line as it stands, so it cannot be run unchanged and record what ships with Airlock under the user's version.
import { type Pair, shippedPairs } from './known-pairs.ts';
import { shellWord } from './shell-word.ts';

/** By provider: the flag of `airlock contract verify` that names the user's own implementation. */
export const verifyTargets: Readonly<Record<string, string>> = {
  'partner-token': '--handler <file>',
  'customer-api': '--url <url>',
  'model-container': '--image <yours>',
};

/** A version of null: the user knows it. */
export function mendByVerifying({ consumer, provider }: Pair, providerVersion: string | null): string {
  const target = Object.hasOwn(verifyTargets, provider) ? verifyTargets[provider] : undefined;
  if (target === undefined)
    return `verify ${provider} with a Pact verifier of its own, and record it in a broker: airlock contract verify does not know this provider`;
  const isShipped = shippedPairs.some((pair) => pair.consumer === consumer && pair.provider === provider);
  const pact = isShipped ? '' : ' --pact <file>';
  return `airlock contract verify --provider ${provider}${pact} ${target} --provider-version ${versionWord(providerVersion)}`;
}

/** With the contract's file: without it all contracts that ship would be published as this version's. */
export function mendByPublishing({ consumer, provider }: Pair, version: string | null): string {
  const shipped = shippedPairs.some((pair) => pair.consumer === consumer && pair.provider === provider);
  const pact = shipped ? `<${consumer}-${provider}.json>` : '<file>';
  return `airlock contract publish --version ${versionWord(version)} --pact ${pact}`;
}

function versionWord(version: string | null): string {
  return version === null ? '<its version>' : shellWord(version);
}
