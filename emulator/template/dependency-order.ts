// Puts resources in the order in which CloudFormation could make them, as near to the template's own order as that allows.

export type DependencyOrder =
  | { readonly kind: 'ordered'; readonly names: readonly string[] }
  /** The first name stands at the end again: A -> B -> A. */
  | { readonly kind: 'circular'; readonly cycle: readonly string[] };

/** `dependencies` of each name in the template's order; names that are no key are ignored. */
export function dependencyOrder(dependencies: ReadonlyMap<string, ReadonlySet<string>>): DependencyOrder {
  const waiting = new Map([...dependencies].map(([name, on]) => [name, new Set([...on].filter((other) => dependencies.has(other)))]));
  const names: string[] = [];
  while (waiting.size > 0) {
    const next = [...waiting].find(([, on]) => on.size === 0)?.[0];
    if (next === undefined) return { kind: 'circular', cycle: findCycle(waiting) };
    waiting.delete(next);
    for (const on of waiting.values()) on.delete(next);
    names.push(next);
  }
  return { kind: 'ordered', names };
}

/** Every name that is left waits for another that is left, so following them must come back. */
function findCycle(waiting: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const path: string[] = [];
  let [current = ''] = waiting.keys();
  while (!path.includes(current)) {
    path.push(current);
    [current = ''] = waiting.get(current) ?? [];
  }
  return [...path.slice(path.indexOf(current)), current];
}
