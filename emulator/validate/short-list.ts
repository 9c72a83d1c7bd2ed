// Findings are lines for people: the first few, and how many more there are.

const linesMax = 20;

export function shortList(lines: readonly string[], max: number = linesMax): readonly string[] {
  if (lines.length <= max) return lines;
  return [...lines.slice(0, max), `and ${lines.length - max} more`];
}
