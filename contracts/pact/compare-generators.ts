// What changed in the generators of a contract. In a request they are what the provider gets; in a response the verifier puts their values
// in the place of the example, which counts wherever the rules look at the example.
import { type PathToken, parseBodyPath } from './body-path.ts';
import { selected } from './compare-headers.ts';
import type { ChangeInside } from './compare-pacts.ts';
import { ignoresExample } from './compare-rules.ts';
import type { ExpectedRequest, ExpectedResponse, Generator, Generators, RuleList } from './pact.ts';
import { bodyRuleSet, type SelectedRules } from './rule-set.ts';

/** Every difference is one: what is sent or must be in the state is another thing. */
export function compareRequestGenerators(before: ExpectedRequest, after: ExpectedRequest): ChangeInside[] {
  const known = new Set(stateValues(before.generators));
  const added = [...new Set(stateValues(after.generators))].filter((name) => !known.has(name));
  return [
    ...differences(before.generators, after.generators).map(({ what }): ChangeInside => ({ effect: 'breaking', what: `request ${what}` })),
    ...added.map((name): ChangeInside => ({ effect: 'breaking', what: `request now needs the value "${name}" of the provider state` })),
  ];
}

export function compareResponseGenerators(before: ExpectedResponse, after: ExpectedResponse): ChangeInside[] {
  return differences(before.generators, after.generators).map(
    ({ part, name, what }): ChangeInside => ({
      effect: [before, after].every((response) => isUnseen(response, part, name)) ? 'compatible' : 'breaking',
      what: `response ${what}`,
    }),
  );
}

type Part = keyof Generators;

interface GeneratorDifference {
  readonly part: Part;
  readonly name: string;
  readonly what: string;
}

function differences(before: Generators, after: Generators): GeneratorDifference[] {
  return (['path', 'status', 'query', 'header', 'body'] as const).flatMap((part) => {
    const [one, other] = [named(before[part], part), named(after[part], part)];
    return [...new Set([...one.keys(), ...other.keys()])].flatMap((name): GeneratorDifference[] => {
      const [old, next] = [one.get(name), other.get(name)];
      if (keyOf(old) === keyOf(next)) return [];
      const place = { path: 'path', status: 'status', query: `query parameter ${name}`, header: `header ${name}`, body: `body ${name}` }[
        part
      ];
      if (next === undefined) return [{ part, name, what: `${place} is no longer generated` }];
      return [{ part, name, what: `${place} is ${old === undefined ? 'now generated' : 'generated in another way'} (${next.type})` }];
    });
  });
}

function named(generators: Generators[Part], part: Part): Map<string, Generator> {
  if (generators === null) return new Map();
  if (part === 'path' || part === 'status') return new Map([['', generators as Generator]]);
  return new Map(Object.entries(generators as Readonly<Record<string, Generator>>));
}

function keyOf(generator: Generator | undefined): string | undefined {
  return generator && JSON.stringify(Object.entries(generator).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function stateValues(generators: Generators): string[] {
  return [generators.path, ...[generators.query, generators.header, generators.body].flatMap((each) => Object.values(each))]
    .filter((generator) => generator?.type === 'ProviderState')
    .flatMap((generator) => [...String(generator?.expression).matchAll(/\$\{([^}]*)\}/g)].map(([, name = '']) => name));
}

/** Whether nothing compares with the generated value. */
function isUnseen({ matchingRules }: ExpectedResponse, part: Part, name: string): boolean {
  if (part === 'header') return ignoresExample(selected(ruleAt(matchingRules.header, name)), ['type']);
  if (part !== 'body') return false;
  const path = parseBodyPath(name).map(partOf);
  if (path.includes(null)) return false;
  const steps = path.map(String);
  const rules = bodyRuleSet(matchingRules.body);
  const above = steps.slice(1).map((_, depth) => rules.select(steps.slice(0, depth + 1)));
  return ignoresExample(rules.select(steps)) && above.every((each) => each === null || comparesParts(each));
}

/** Neither with the example as a whole nor in groups. */
function comparesParts({ matchers }: SelectedRules): boolean {
  return matchers.every(({ match }) => !['equality', 'values', 'eachKey', 'eachValue', 'arrayContains'].includes(match));
}

/** Null for a wildcard: it stands for places with rules of their own. */
function partOf(token: PathToken): string | null {
  switch (token.kind) {
    case 'root':
      return '$';
    case 'field':
      return token.name;
    case 'index':
      return String(token.index);
    default:
      return null;
  }
}

function ruleAt(rules: Readonly<Record<string, RuleList>>, name: string): RuleList | null {
  return Object.hasOwn(rules, name) ? (rules[name] ?? null) : null;
}
