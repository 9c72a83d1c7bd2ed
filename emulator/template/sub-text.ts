// The text of Fn::Sub in pieces: literals and names. `${!Name}` is the literal `${Name}`.

export type SubPiece = { readonly literal: string } | { readonly name: string };

export function piecesOf(text: string): readonly SubPiece[] {
  const pieces: SubPiece[] = [];
  let end = 0;
  for (const match of text.matchAll(/\$\{([^${}]*)\}/g)) {
    const inner = match[1] ?? '';
    const before = text.slice(end, match.index);
    end = match.index + match[0].length;
    if (before !== '') pieces.push({ literal: before });
    pieces.push(inner.startsWith('!') ? { literal: `\${${inner.slice(1)}}` } : { name: inner.trim() });
  }
  if (end < text.length) pieces.push({ literal: text.slice(end) });
  return pieces;
}
