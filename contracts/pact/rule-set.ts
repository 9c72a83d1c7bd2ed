// The rules of one part of a message, asked by path: the most specific rule wins, and a rule reaches down to what is below its path.
import { type PathToken, parseBodyPath, pathWeight } from './body-path.ts';
import type { Matcher, RuleList } from './pact.ts';

export interface SelectedRules {
  readonly combine: 'AND' | 'OR';
  readonly matchers: readonly Matcher[];
  /** The rule stands at a path above this one. */
  readonly cascaded: boolean;
}

export interface RuleSet {
  /** Null where no rule reaches the path. `path` begins with "$". */
  select(path: readonly string[]): SelectedRules | null;
  /** Whether a rule stands at exactly this path, wildcards included; with `matches` one of these. */
  standsAt(path: readonly string[], matches?: readonly string[]): boolean;
}

interface Rule {
  readonly tokens: readonly PathToken[];
  readonly list: RuleList;
}

const bodyRuleSets = new WeakMap<Readonly<Record<string, RuleList>>, RuleSet>();

/** The paths of a contract's rules are read once, not for every request. */
export function bodyRuleSet(rules: Readonly<Record<string, RuleList>>): RuleSet {
  const known = bodyRuleSets.get(rules);
  if (known !== undefined) return known;
  const made = ruleSet(Object.entries(rules).map(([path, list]) => ({ tokens: parseBodyPath(path), list })));
  bodyRuleSets.set(rules, made);
  return made;
}

/** Of a header or query: each rule stands at its name. */
export function namedRuleSet(rules: Readonly<Record<string, RuleList>>): RuleSet {
  return ruleSet(Object.entries(rules).map(([name, list]) => ({ tokens: [{ kind: 'root' }, { kind: 'field', name }], list })));
}

/** For every value below a path: what eachValue says. An empty list of matchers is a rule, too. */
export function eachValueRuleSet(path: readonly string[], matchers: readonly Matcher[]): RuleSet {
  const tokens = path.map((part, position): PathToken => (position === 0 ? { kind: 'root' } : { kind: 'field', name: part }));
  return ruleSet([{ tokens: [...tokens, { kind: 'star' }], list: { combine: 'AND', matchers } }]);
}

function ruleSet(rules: readonly Rule[]): RuleSet {
  return {
    select(path) {
      let best: { readonly rule: Rule; readonly weight: number } | undefined;
      for (const rule of rules) {
        const weight = pathWeight(rule.tokens, path);
        // Longer paths win over shorter ones, names over wildcards.
        const total = weight * rule.tokens.length;
        if (weight > 0 && (best === undefined || total >= best.weight)) best = { rule, weight: total };
      }
      if (best === undefined) return null;
      const { list, tokens } = best.rule;
      return { combine: list.combine, matchers: list.matchers, cascaded: tokens.length !== path.length };
    },
    standsAt(path, matches) {
      const there = rules.filter(({ tokens }) => tokens.length === path.length && pathWeight(tokens, path) > 0);
      if (matches === undefined) return there.length > 0;
      return there.some(({ list }) => list.matchers.some(({ match }) => matches.includes(match)));
    },
  };
}
