import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dependencyOrder } from '../../../emulator/template/dependency-order.ts';

const graph = (edges: Readonly<Record<string, readonly string[]>>) =>
  new Map(Object.entries(edges).map(([name, on]) => [name, new Set(on)]));

describe('dependency order', () => {
  it('keeps the order of the template where nothing depends on anything', () => {
    expect(dependencyOrder(graph({ C: [], A: [], B: [] }))).toEqual({ kind: 'ordered', names: ['C', 'A', 'B'] });
  });

  it('puts what is depended on first', () => {
    expect(dependencyOrder(graph({ A: ['B'], B: ['C'], C: [] }))).toEqual({ kind: 'ordered', names: ['C', 'B', 'A'] });
  });

  it('ignores names that do not exist', () => {
    expect(dependencyOrder(graph({ A: ['AWS::Region', 'Parameter'] }))).toEqual({ kind: 'ordered', names: ['A'] });
  });

  it.each([
    [{ A: ['A'] }, 'A -> A'],
    [{ X: ['A'], A: ['B'], B: ['C'], C: ['A'] }, 'A -> B -> C -> A'],
  ])('shows the cycle of %j', (edges, cycle) => {
    const order = dependencyOrder(graph(edges));
    expect(order.kind === 'circular' && order.cycle.join(' -> ')).toBe(cycle);
  });

  it('either orders every name after all it depends on, or shows a true cycle', () => {
    const names = ['A', 'B', 'C', 'D', 'E', 'F'];
    const edges = fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names)), { maxLength: 10 });
    fc.assert(
      fc.property(edges, (pairs) => {
        const dependencies = new Map(names.map((name) => [name, new Set(pairs.filter(([from]) => from === name).map(([, to]) => to))]));
        const order = dependencyOrder(dependencies);
        if (order.kind === 'ordered') {
          expect([...order.names].sort()).toEqual(names);
          for (const [from, to] of pairs) expect(order.names.indexOf(to)).toBeLessThan(order.names.indexOf(from));
        } else {
          expect(order.cycle.at(0)).toBe(order.cycle.at(-1));
          for (const [index, name] of order.cycle.slice(0, -1).entries()) {
            expect(dependencies.get(name)?.has(order.cycle[index + 1] ?? '')).toBe(true);
          }
        }
      }),
    );
  });
});
