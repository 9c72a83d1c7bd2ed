// What a request takes from its provider states. Where a state gives no such value Pact's verifier sends the pact's example without a word,
// and an example that is refused, for whatever reason, looks like the refusal that was agreed.
import { ContractError } from '../contract-error.ts';
import type { ExpectedRequest } from '../pact/pact.ts';

export interface NeededValue {
  readonly name: string;
  /** Pact's data type of the generator, upper case; empty where it has none. */
  readonly dataType: string;
}

/** As expressions name them: `${token}`, or a name alone. */
export function neededValues({ generators }: ExpectedRequest): readonly NeededValue[] {
  const { path, query, header, body } = generators;
  const all = [path, ...[query, header, body].flatMap((each) => Object.values(each))];
  return all.flatMap((generator) => {
    if (generator === null || generator.type !== 'ProviderState') return [];
    const { expression, dataType = '' } = generator as Readonly<Record<string, unknown>>;
    const text = String(expression ?? '');
    const names = [...text.matchAll(/\$\{([^}]*)\}/g)].map(([, name = '']) => name);
    return (names.length === 0 ? [text] : names).map((name) => ({ name, dataType: String(dataType).toUpperCase() }));
  });
}

/** @throws ContractError STATE_NOT_SET */
export function checkNeeds(needs: readonly NeededValue[], values: Readonly<Record<string, unknown>>): void {
  const missing = needs.find(({ name, dataType }) => !isGiven(Object.hasOwn(values, name) ? values[name] : undefined, dataType));
  if (missing === undefined) return;
  throw new ContractError(
    'STATE_NOT_SET',
    `The setup of the states gave no ${missing.name} that can be sent, which the request needs.`,
    `Answer with it, as in {"${missing.name}": "…"}.`,
  );
}

function isGiven(value: unknown, dataType: string): boolean {
  if (['INTEGER', 'DECIMAL', 'FLOAT'].includes(dataType) && typeof value === 'number') return true;
  if (dataType === 'BOOLEAN' && typeof value === 'boolean') return true;
  return typeof value === 'string' && value.trim() !== '';
}
