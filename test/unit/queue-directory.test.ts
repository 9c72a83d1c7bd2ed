import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openQueueDirectory, type QueueDirectory } from '../../emulator/queue-directory.ts';

interface Sample {
  readonly n: number;
}

const parse = (value: unknown): Sample | null =>
  typeof value === 'object' && value !== null && 'n' in value && typeof value.n === 'number' ? { n: value.n } : null;

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'airlock-queue-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, 'queue');
}

async function open(
  directory: string,
  entriesMax = 10,
  listsTorn = false,
): Promise<QueueDirectory<Sample> & { readonly logged: string[] }> {
  const logged: string[] = [];
  const log = pino({ base: null }, { write: (line: string) => void logged.push(line) });
  const queue = await openQueueDirectory<Sample>({ directory, entriesMax, parse, listsTorn, log });
  onTestFinished(() => queue.close());
  return { ...queue, logged };
}

async function reopen(queue: QueueDirectory<Sample>, directory: string) {
  queue.close();
  return open(directory);
}

describe('a queue directory', () => {
  it('keeps entries, their order and their bodies for the next process', async () => {
    const directory = temporaryDirectory();
    const queue = await open(directory);
    for (const [index, id] of ['z', 'a', 'm'].entries()) expect(queue.add(id, { n: index }, Buffer.from(`body of ${id}`))).toBe(true);
    expect(queue.replace('z', { n: 9 })).toBe(true);
    const next = await reopen(queue, directory);
    expect(next.list()).toEqual([
      { id: 'z', entry: { n: 9 } },
      { id: 'a', entry: { n: 1 } },
      { id: 'm', entry: { n: 2 } },
    ]);
    expect(next.readBody('z')?.toString()).toBe('body of z');
    next.add('b', { n: 3 });
    expect((await reopen(next, directory)).list().map(({ id }) => id)).toEqual(['z', 'a', 'm', 'b']);
  });

  it('takes no more than it may, and again when one is gone', async () => {
    const directory = temporaryDirectory();
    const queue = await open(directory, 2);
    expect([queue.add('a', { n: 1 }), queue.add('b', { n: 2 }), queue.add('c', { n: 3 })]).toEqual([true, true, false]);
    queue.remove('a');
    expect(queue.add('c', { n: 3 })).toBe(true);
    expect(queue.list().map(({ id }) => id)).toEqual(['b', 'c']);
  });

  it('leaves nothing of an entry that was removed', async () => {
    const directory = temporaryDirectory();
    const queue = await open(directory);
    queue.add('a', { n: 1 }, Buffer.from('x'));
    queue.remove('a');
    queue.remove('a');
    expect(queue.get('a')).toBeNull();
    expect(queue.readBody('a')).toBeNull();
    expect(queue.replace('a', { n: 2 })).toBe(false);
    queue.close();
    queue.close();
    expect(readdirSync(directory)).toEqual([]);
  });

  it.each(['../a', '', 'a/b', 'a.b', 'x'.repeat(101)])('refuses the id %j', async (id) => {
    const queue = await open(temporaryDirectory());
    expect(() => queue.add(id, { n: 1 })).toThrow(TypeError);
    expect(queue.list()).toEqual([]);
  });

  it.each([
    ['torn', (path: string) => writeFileSync(path, 'x')],
    ['gone', (path: string) => rmSync(path)],
  ])('lists an entry whose body is %s where it is told to, and nothing is left of it when it is removed', async (_what, damage) => {
    const directory = temporaryDirectory();
    const queue = await open(directory);
    queue.add('a', { n: 1 }, Buffer.from('body'));
    queue.close();
    damage(join(directory, readdirSync(directory).find((name) => name.endsWith('.body')) ?? ''));
    const next = await open(directory, 10, true);
    expect([next.list(), next.readBody('a')]).toEqual([[{ id: 'a', entry: { n: 1 } }], null]);
    next.remove('a');
    next.close();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('refuses an id twice', async () => {
    const queue = await open(temporaryDirectory());
    queue.add('a', { n: 1 });
    expect(() => queue.add('a', { n: 2 })).toThrow('"a" is in the queue already.');
  });

  it('lets one process at a time in', async () => {
    const directory = temporaryDirectory();
    const queue = await open(directory);
    await expect(open(directory)).rejects.toMatchObject({ code: 'BAD_OPTION', message: expect.stringContaining(directory) });
    await reopen(queue, directory);
  });

  it('can no longer be written when it is closed', async () => {
    const queue = await open(temporaryDirectory());
    queue.close();
    expect(() => queue.add('a', { n: 1 })).toThrow('is closed');
  });

  it.each([
    ['half an entry', '000000000001.a.json', '{"bodyBytes":null,"ent'],
    ['something else', '000000000001.a.json', '[]'],
    ['an entry of another service', '000000000001.a.json', '{"bodyBytes":null,"entry":{"m":1}}'],
    ['an entry without its body', '000000000001.a.json', '{"bodyBytes":3,"entry":{"n":1}}'],
    ['a file of somebody else', 'notes.txt', 'mine'],
  ])('logs and skips %s, and leaves it where it is', async (_, name, content) => {
    const directory = temporaryDirectory();
    (await open(directory)).close();
    writeFileSync(join(directory, name), content);
    const queue = await open(directory);
    expect(queue.list()).toEqual([]);
    expect(queue.logged).toHaveLength(1);
    expect(queue.logged[0]).toContain(name);
    queue.add('b', { n: 2 });
    expect(readFileSync(join(directory, name), 'utf8')).toBe(content);
    expect((await reopen(queue, directory)).list()).toEqual([{ id: 'b', entry: { n: 2 } }]);
  });

  it('skips an entry whose body was cut', async () => {
    const directory = temporaryDirectory();
    const queue = await open(directory);
    queue.add('a', { n: 1 }, Buffer.from('whole'));
    writeFileSync(join(directory, '000000000001.a.body'), 'who');
    const next = await reopen(queue, directory);
    expect(next.list()).toEqual([]);
    expect(next.logged[0]).not.toContain('who"');
  });

  it('removes what a killed process had not finished to write', async () => {
    const directory = temporaryDirectory();
    (await open(directory)).close();
    for (const name of ['000000000001.a.body', '000000000002.b.json.new', '000000000003.c.body.new'])
      writeFileSync(join(directory, name), '{');
    const queue = await open(directory);
    expect(queue.logged).toEqual([]);
    queue.close();
    expect(readdirSync(directory)).toEqual([]);
  });
});
