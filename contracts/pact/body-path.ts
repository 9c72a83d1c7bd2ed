// Paths of matching rules and generators: `$.results[*].id`, `$['a b']`, `$.*`. Grammar and weights are those of Pact's Rust
// implementation (pact_models 1.3, path_exp.rs).

export type PathToken =
  | { readonly kind: 'root' }
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'star' }
  | { readonly kind: 'starIndex' };

/** @throws RangeError that says what is wrong with the expression */
export function parseBodyPath(expression: string): readonly PathToken[] {
  if (expression === '') return [];
  const tokens: PathToken[] = [{ kind: 'root' }];
  // A path may begin with a name instead of "$".
  let rest = expression.startsWith('$') ? expression.slice(1) : `.${expression}`;
  while (rest !== '') {
    const found = /^\.(\*)|^\.([\p{Alphabetic}\p{N}_:#@-]+)|^\['([^']+)'\]|^\[(\d+)\]|^\[(\*)\]/u.exec(rest);
    if (found === null) throw new RangeError(`"${expression}" is not a path: it cannot be read from "${rest.slice(0, 20)}" on`);
    const [whole, star, name, quoted, index] = found;
    const field = name ?? quoted;
    if (star !== undefined) tokens.push({ kind: 'star' });
    else if (field !== undefined) tokens.push({ kind: 'field', name: field });
    else if (index !== undefined) tokens.push({ kind: 'index', index: Number(index) });
    else tokens.push({ kind: 'starIndex' });
    rest = rest.slice(whole.length);
  }
  return tokens;
}

/** 0 where the rule's path is not the beginning of `path`; otherwise the higher, the more specific. `path` begins with "$". */
export function pathWeight(rule: readonly PathToken[], path: readonly string[]): number {
  if (rule.length > path.length) return 0;
  let weight = 1;
  // From the end, where the rules of one object differ: this is asked for every rule at every value.
  for (let position = rule.length - 1; position >= 0 && weight > 0; position -= 1) {
    const token = rule[position];
    if (token !== undefined) weight *= tokenWeight(token, path[position] ?? '');
  }
  return weight;
}

function tokenWeight(token: PathToken, part: string): 0 | 1 | 2 {
  switch (token.kind) {
    case 'root':
      return part === '$' ? 2 : 0;
    case 'field':
      return part === token.name ? 2 : 0;
    case 'index':
      return /^\+?\d+$/.test(part) && Number(part) === token.index ? 2 : 0;
    case 'star':
      return 1;
    case 'starIndex':
      return part === '[*]' || /^\+?\d+$/.test(part) ? 1 : 0;
  }
}

/** For people: `$.results[0]['two words']`. */
export function showPath(path: readonly string[]): string {
  return path
    .map((part, position) => {
      if (position === 0) return part;
      if (/^\d+$/.test(part)) return `[${part}]`;
      return part === '*' || /^[_A-Za-z][_A-Za-z0-9]*$/.test(part) ? `.${part}` : `['${part}']`;
    })
    .join('');
}
