// A small queue on disk that outlives the process: what a service accepted and has not finished. An entry is a file, with a second one
// beside it where it has a body. Nothing calls fsync: see storage/object-store.ts.
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Log } from './log.ts';
import { lockDirectory } from './storage/directory-lock.ts';

export interface QueueDirectoryOptions<Entry> {
  /** Made where it is not there. One process at a time. */
  readonly directory: string;
  /** add() takes no more than this; what was there already is kept. */
  readonly entriesMax: number;
  /** What was read back from disk as an entry; null where it is none (then the file is logged, left alone and not listed). */
  readonly parse: (value: unknown) => Entry | null;
  /** Whether an entry that is whole but for its body is listed, as one without a body. Else it is logged and left alone too. */
  readonly listsTorn?: boolean;
  readonly log: Log;
}

export interface Queued<Entry> {
  readonly id: string;
  readonly entry: Entry;
}

/** The calls block for a few short system calls on purpose: an entry is on disk whole when they return. They throw what the disk says. */
export interface QueueDirectory<Entry> {
  /** In the order of their arrival, also after a restart. */
  list(): readonly Queued<Entry>[];
  get(id: string): Entry | null;
  /**
   * False when the queue is full. The entry must survive JSON. The id: letters, digits, `-` and `_`, 1 to 100 of them (TypeError
   * otherwise, and for one that is there already).
   */
  add(id: string, entry: Entry, body?: Buffer): boolean;
  /** The place in the queue and the body stay. False when the id is not there. */
  replace(id: string, entry: Entry): boolean;
  /** Null when the id is not there or has no body. */
  readBody(id: string): Buffer | null;
  /** Nothing happens when it is not there. */
  remove(id: string): void;
  /** Lets go of the directory; what is in it stays. Safe to call twice; the other calls throw after it. */
  close(): void;
}

/** What is in the file. */
interface Stored {
  readonly bodyBytes: number | null;
  readonly entry: unknown;
}

interface Place<Entry> {
  readonly name: string;
  readonly bodyBytes: number | null;
  readonly entry: Entry;
}

const namePattern = /^(\d{12})\.([\w-]{1,100})\.(json|body)(\.new)?$/;
/** Between this many files the event loop gets a turn while a queue is opened. */
const filesPerTurn = 100;

/** @throws AirlockError BAD_OPTION when another process has the directory */
export async function openQueueDirectory<Entry>(options: QueueDirectoryOptions<Entry>): Promise<QueueDirectory<Entry>> {
  const { directory, entriesMax } = options;
  mkdirSync(directory, { recursive: true });
  const lock = await lockDirectory(directory);
  const { places, last } = await load(options).catch((error: unknown) => {
    lock.release();
    throw error;
  });
  let sequence = last;
  let closed = false;
  const pathOf = (name: string, kind: 'json' | 'body') => join(directory, `${name}.${kind}`);
  const assertOpen = () => {
    if (closed) throw new Error(`The queue in ${directory} is closed.`);
  };

  function keep(id: string, place: Place<Entry>): void {
    const stored: Stored = { bodyBytes: place.bodyBytes, entry: place.entry };
    writeWhole(pathOf(place.name, 'json'), JSON.stringify(stored));
    places.set(id, place);
  }

  return {
    list: () => [...places].map(([id, { entry }]) => ({ id, entry })),
    get: (id) => places.get(id)?.entry ?? null,
    add(id, entry, body) {
      assertOpen();
      if (!/^[\w-]{1,100}$/.test(id)) throw new TypeError(`"${id}" is no id for a queue.`);
      if (places.has(id)) throw new TypeError(`"${id}" is in the queue already.`);
      if (places.size >= entriesMax) return false;
      const name = `${String(++sequence).padStart(12, '0')}.${id}`;
      // The body first: an entry that is there has its body.
      if (body !== undefined) writeWhole(pathOf(name, 'body'), body);
      try {
        keep(id, { name, bodyBytes: body?.length ?? null, entry });
      } catch (error) {
        rmSync(pathOf(name, 'body'), { force: true });
        throw error;
      }
      return true;
    },
    replace(id, entry) {
      assertOpen();
      const place = places.get(id);
      if (place !== undefined) keep(id, { ...place, entry });
      return place !== undefined;
    },
    readBody(id) {
      assertOpen();
      const place = places.get(id);
      return place === undefined || place.bodyBytes === null ? null : readFileSync(pathOf(place.name, 'body'));
    },
    remove(id) {
      assertOpen();
      const place = places.get(id);
      if (place === undefined) return;
      rmSync(pathOf(place.name, 'json'), { force: true });
      rmSync(pathOf(place.name, 'body'), { force: true });
      places.delete(id);
    },
    close() {
      if (closed) return;
      closed = true;
      lock.release();
    },
  };
}

/** Whole under its name or not there. */
function writeWhole(path: string, content: string | Buffer): void {
  const temporary = `${path}.new`;
  try {
    writeFileSync(temporary, content);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

async function load<Entry>({ directory, parse, listsTorn = false, log }: QueueDirectoryOptions<Entry>) {
  const places = new Map<string, Place<Entry>>();
  const names = readdirSync(directory).sort();
  const files = new Set(names);
  let last = 0;
  let seen = 0;
  for (const file of names) {
    if (++seen % filesPerTurn === 0) await setImmediate();
    if (file === 'lock' || file.startsWith('lock-')) continue;
    const path = join(directory, file);
    const [, digits, id = '', kind, unfinished] = namePattern.exec(file) ?? [];
    if (digits === undefined) {
      log.warn({ path }, 'this file is not of this queue; it is left alone');
      continue;
    }
    last = Math.max(last, Number(digits));
    const name = `${digits}.${id}`;
    // What a killed process had not finished to write, and so nobody was told of; or had begun to remove.
    if (unfinished !== undefined || (kind === 'body' && !files.has(`${name}.json`))) rmSync(path, { recursive: true, force: true });
    if (unfinished !== undefined || kind === 'body') continue;
    const place = readPlace({ directory, name, parse, listsTorn });
    if (typeof place !== 'string' && !places.has(id)) places.set(id, place);
    else log.warn({ path, reason: typeof place === 'string' ? place : 'its id is there twice' }, 'this entry is damaged; it is left alone');
  }
  return { places, last };
}

interface PlaceParts<Entry> {
  readonly directory: string;
  readonly name: string;
  readonly parse: (value: unknown) => Entry | null;
  readonly listsTorn: boolean;
}

/** Or what is wrong with it; never a word of its content. */
function readPlace<Entry>({ directory, name, parse, listsTorn }: PlaceParts<Entry>): Place<Entry> | string {
  try {
    const stored: unknown = JSON.parse(readFileSync(join(directory, `${name}.json`), 'utf8'));
    if (!isStored(stored)) return 'it is no entry';
    const { bodyBytes } = stored;
    const isTorn = bodyBytes !== null && lstatSync(join(directory, `${name}.body`), { throwIfNoEntry: false })?.size !== bodyBytes;
    if (isTorn && !listsTorn) return 'its body is not whole';
    const entry = parse(stored.entry);
    return entry === null ? 'it is no entry of this service' : { name, bodyBytes: isTorn ? null : bodyBytes, entry };
  } catch (error) {
    if (error instanceof SyntaxError) return 'it is no JSON';
    return (error as NodeJS.ErrnoException).code ?? 'it cannot be read';
  }
}

function isStored(value: unknown): value is Stored {
  if (typeof value !== 'object' || value === null || !('entry' in value) || !('bodyBytes' in value)) return false;
  return value.bodyBytes === null || typeof value.bodyBytes === 'number';
}
