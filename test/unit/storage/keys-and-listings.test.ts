// Keys, their order, their index and pages of them.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBucketName } from '../../../emulator/storage/bucket-name.ts';
import { createKeyIndex } from '../../../emulator/storage/key-index.ts';
import { keyFault } from '../../../emulator/storage/key-limits.ts';
import { compareKeys } from '../../../emulator/storage/key-order.ts';
import { continuationToken, type ListItem, listPage, readContinuationToken } from '../../../emulator/storage/list-page.ts';

const fewLetters = fc.string({ unit: fc.constantFrom('a', 'b', '/', '\u{1F600}', '\uFFFD'), minLength: 1, maxLength: 6 });

describe('a key', () => {
  it.each(['a', '/lead', 'a//b', 'a/../b', 'x/', 'test@key//', ' ', '😀', 'videos/2014/../../v', './x', 'a..b', '...', 'a'.repeat(1024)])(
    '%j is accepted [V, D]',
    (key) => {
      expect(keyFault(key)).toBeNull();
    },
  );
  it.each(['../v', 'videos/../../v', 'a/./../../b'])('%j is refused [D/M; the code is not verified]', (key) => {
    expect(keyFault(key)).toMatchObject({ status: 400, code: 'InvalidURI' });
  });
  it('is limited to 1024 UTF-8 bytes [G]', () => {
    expect(keyFault('ü'.repeat(513))).toMatchObject({ code: 'KeyTooLongError', details: { Size: 1026, MaxSizeAllowed: 1024 } });
  });
  it('sorts by its UTF-8 bytes', () => {
    const wellFormed = fc.string({ unit: 'binary', maxLength: 8 });
    fc.assert(
      fc.property(wellFormed, wellFormed, (left, right) => {
        expect(Math.sign(compareKeys(left, right))).toBe(Buffer.compare(Buffer.from(left), Buffer.from(right)));
      }),
    );
    expect(compareKeys('\uFFFD', '\u{1F600}')).toBeLessThan(0);
  });
});

describe('the key index', () => {
  it('lists exactly the keys that are there, in order, after any puts, deletions and listings', () => {
    const step = fc.record({ kind: fc.constantFrom('set', 'set', 'delete', 'list'), key: fc.constantFrom('a', 'b', 'c', '\u{1F600}') });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const index = createKeyIndex<number>();
        const model = new Map<string, number>();
        for (const [at, { kind, key }] of steps.entries()) {
          if (kind === 'set') {
            index.set(key, at);
            model.set(key, at);
          } else if (kind === 'delete') {
            index.delete(key);
            model.delete(key);
          } else index.sorted();
        }
        expect(index.sorted()).toEqual([...model.keys()].sort(compareKeys));
        expect(index.size).toBe(model.size);
        for (const [key, value] of model) expect(index.get(key)).toBe(value);
      }),
    );
  });

  it('keeps nothing of keys that came and went, though nobody lists the bucket', () => {
    const index = createKeyIndex<number>();
    const before = heldBytes();
    for (let count = 0; count < 20_000; count++) {
      // Made from bytes, so that every key is a text of its own in memory.
      const key = Buffer.alloc(1_000, `k${count}/`).toString();
      index.set(key, count);
      index.delete(key);
    }
    expect(heldBytes() - before).toBeLessThan(8_000_000);
    expect(index.sorted()).toEqual([]);
  });
});

/** What is still reachable. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

describe('a listing', () => {
  it('gives the same items page by page as in one page, each once', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fewLetters),
        fc.constantFrom('', 'a', 'a/'),
        fc.constantFrom('', '/', 'b'),
        fc.integer({ min: 1, max: 4 }),
        (keys, prefix, delimiter, itemsMax) => {
          const sorted = [...keys].sort(compareKeys);
          const all = listPage(sorted, { prefix, delimiter, after: null, itemsMax: 1000 });
          const paged: ListItem[] = [];
          let after: ListItem | null = null;
          do {
            const page = listPage(sorted, { prefix, delimiter, after, itemsMax });
            expect(page.items.length).toBeLessThanOrEqual(itemsMax);
            paged.push(...page.items);
            after = page.next && readContinuationToken(continuationToken(page.next));
          } while (after);
          expect(paged).toEqual(all.items);
          const covered = sorted.filter((key) => key.startsWith(prefix));
          expect(
            covered.every((key) => all.items.some(({ kind, value }) => (kind === 'key' ? value === key : key.startsWith(value)))),
          ).toBe(true);
          expect(new Set(all.items.map(({ kind, value }) => kind + value)).size).toBe(all.items.length);
        },
      ),
    );
  });
  it.each(['', 'x', 'bm9uc2Vuc2U', Buffer.from('["airlock-list-1","key"]').toString('base64url')])(
    'does not take %j for a token',
    (token) => {
      expect(readContinuationToken(token)).toBeNull();
    },
  );
});

describe('a bucket name', () => {
  it.each(['abc', 'a-b.c1', '1aa', 'x'.repeat(63)])('%s is valid [D]', (name) => expect(isBucketName(name)).toBe(true));
  it.each(['ab', 'x'.repeat(64), 'Abc', 'a_b', '-ab', 'ab-', 'a..b', '192.168.0.1', 'xn--abc', 'abc-s3alias', '', '..', '../..', 'a/b'])(
    '%s is not [D]',
    (name) => expect(isBucketName(name)).toBe(false),
  );
  it('is safe as the name of a directory', () => {
    fc.assert(fc.property(fc.string(), (name) => !isBucketName(name) || /^[a-z0-9][a-z0-9.-]+$/.test(name)));
  });
});
