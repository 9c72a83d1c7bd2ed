import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BrokenArchive, readTar } from '../../../../emulator/validate/image-files/read-tar.ts';
import { inPieces, tar } from './made-up-tar.ts';

const long = `${'folder/'.repeat(30)}file`;

async function listed(bytes: Buffer, pieceBytes?: number) {
  const found: { path: string; kind: string; linkTarget: string | null; text: string }[] = [];
  for await (const { path, kind, linkTarget, body } of readTar(inPieces(bytes, pieceBytes))) {
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(chunk);
    found.push({ path, kind, linkTarget, text: Buffer.concat(chunks).toString() });
  }
  return found;
}

describe('a tar archive', () => {
  it('is read entry by entry, whatever pieces it comes in', async () => {
    const entry = fc.record({ path: fc.stringMatching(/^[a-z]{1,9}(\/[a-z]{1,9}){0,3}$/), content: fc.string({ maxLength: 2_000 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 6 }), fc.integer({ min: 1, max: 3_000 }), async (entries, pieceBytes) => {
        const wanted = entries.map(({ path, content }) => ({ path, kind: 'file', linkTarget: null, text: content }));
        expect(await listed(tar(entries), pieceBytes)).toEqual(wanted);
      }),
      { numRuns: 60 },
    );
  });

  it('may have links, directories, and names that fit no header', async () => {
    const record = ` path=${long}\n`;
    const bytes = tar([
      { path: 'bin', type: '2', linkTarget: 'usr/bin' },
      { path: 'usr/', type: '5' },
      { path: 'copy', type: '1', linkTarget: 'first' },
      { path: '././@LongLink', type: 'L', content: `${long}\0` },
      { path: 'cut off', content: 'gnu' },
      { path: 'pax', type: 'x', content: `${record.length + 3}${record}` },
      { path: 'cut off', content: 'pax' },
    ]);
    expect(await listed(bytes)).toEqual([
      { path: 'bin', kind: 'symbolicLink', linkTarget: 'usr/bin', text: '' },
      { path: 'usr/', kind: 'directory', linkTarget: null, text: '' },
      { path: 'copy', kind: 'hardLink', linkTarget: 'first', text: '' },
      { path: long, kind: 'file', linkTarget: null, text: 'gnu' },
      { path: long, kind: 'file', linkTarget: null, text: 'pax' },
    ]);
  });

  it('gives its entries also where nobody reads their bodies, or only a part', async () => {
    const paths: string[] = [];
    const bytes = tar([{ path: 'a', content: 'x'.repeat(5_000) }, { path: 'b', content: 'x'.repeat(5_000) }, { path: 'c' }]);
    for await (const { path, body } of readTar(inPieces(bytes))) {
      paths.push(path);
      if (path === 'b') for await (const _ of body) break;
    }
    expect(paths).toEqual(['a', 'b', 'c']);
  });

  it.each([
    ['ends in the middle of a body', tar([{ path: 'a', content: 'x'.repeat(5_000) }]).subarray(0, 2_000)],
    ['ends in the middle of a header', tar([{ path: 'a' }]).subarray(0, 100)],
    ['is something else', Buffer.from('{"no":"archive"}'.repeat(100))],
  ])('that %s is broken, and no crash', async (_, bytes) => {
    await expect(listed(bytes)).rejects.toBeInstanceOf(BrokenArchive);
  });
});
