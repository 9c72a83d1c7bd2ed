// Where a contract lets the token of an answer vary, a real one goes in: an example of the contract opens no door.
import { matchJsonValue } from '../../contracts/pact/match-json-value.ts';
import { combine } from '../../contracts/pact/match-text.ts';
import type { ExpectedResponse, Generator, Pact } from '../../contracts/pact/pact.ts';
import { bodyRuleSet, type SelectedRules } from '../../contracts/pact/rule-set.ts';

/** What is filled in, each with a value of the kind that it gets: only where the contract's rule takes such a value. */
const filled = {
  token: `eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6IjEifQ.eyJzdWIiOiIxIiwiYXVkIjoiYSIsImV4cCI6MX0.${'A'.repeat(86)}`,
  expiresAt: '2026-01-01T00:00:00.000Z',
} as const;

type FilledMember = keyof typeof filled;

/** The same contract, with a ProviderState generator for `$.token` and `$.expiresAt` where a rule lets them vary and none generates them. */
export function withTokenGenerators(pact: Pact): Pact {
  return { ...pact, interactions: pact.interactions.map((one) => ({ ...one, response: withGenerators(one.response) })) };
}

function withGenerators(response: ExpectedResponse): ExpectedResponse {
  if (response.body?.kind !== 'json') return response;
  const answer = response.body.value as Partial<Record<FilledMember, unknown>> | null;
  // Without a token, `expiresAt` is about something else.
  if (typeof answer?.token !== 'string') return response;
  const ruleSet = bodyRuleSet(response.matchingRules.body);
  const body: Record<string, Generator> = {};
  for (const name of Object.keys(filled) as FilledMember[]) {
    const isGenerated = pathsOf(name).some((path) => response.generators.body[path] !== undefined);
    if (typeof answer[name] !== 'string' || isGenerated) continue;
    const rules = ruleSet.select(['$', name]);
    const generator = rules === null ? null : generatorFor(name, answer[name], rules);
    if (generator !== null) body[`$.${name}`] = generator;
  }
  return { ...response, generators: { ...response.generators, body: { ...response.generators.body, ...body } } };
}

function generatorFor(name: FilledMember, example: unknown, rules: SelectedRules): Generator | null {
  const [first, ...more] = rules.matchers;
  if (name === 'expiresAt' && first?.match === 'datetime' && more.length === 0) {
    return { type: 'DateTime', format: first.format, expression: 'now + 10 minutes' };
  }
  const faults = combine(rules, (matcher) => matchJsonValue(example, filled[name], matcher));
  return faults.length === 0 ? { type: 'ProviderState', expression: `\${${name}}` } : null;
}

function pathsOf(name: string): readonly string[] {
  return [`$.${name}`, `$['${name}']`, `$["${name}"]`];
}

/** The answer's `expiresAt` in seconds since 1970; null where it has none that is a time. */
export function expiryOf(body: Buffer): number | null {
  const { expiresAt } = parseObject(body);
  const ms = typeof expiresAt === 'string' ? Date.parse(expiresAt) : Number.NaN;
  return Number.isNaN(ms) ? null : Math.floor(ms / 1_000);
}

/** Unchanged where the answer holds another token than the one that was filled in. */
export function replaceToken(body: Buffer, filledIn: string, token: string): Buffer {
  const answer = parseObject(body);
  return answer.token === filledIn ? Buffer.from(JSON.stringify({ ...answer, token })) : body;
}

function parseObject(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
