// Layers on top of each other, with their whiteouts: what a container sees. Source: OCI image specification, "Image Layer Filesystem Changeset".
import { posix } from 'node:path';
import type { LayerFile } from './saved-image.ts';

export interface MergedFiles {
  /** By path without a leading slash. */
  readonly visible: ReadonlyMap<string, LayerFile>;
  /** In the image, though a later layer deletes or replaces them; only those that hold a secret. */
  readonly hidden: readonly LayerFile[];
}

const whiteout = '.wh.';
const opaque = '.wh..wh..opq';

/** Oldest layer first. */
export function mergeLayers(layers: readonly (readonly LayerFile[])[]): MergedFiles {
  const visible = new Map<string, LayerFile>();
  const hidden: LayerFile[] = [];
  const hide = (file: LayerFile) => {
    visible.delete(file.path);
    if (file.secrets.length > 0) hidden.push(file);
  };
  for (const layer of layers) {
    // A whiteout hides what is below it, never what is beside it in its own layer.
    const removed = new Set<string>();
    const emptied = new Set<string>();
    for (const file of layer) {
      const name = posix.basename(file.path);
      const folder = posix.dirname(file.path);
      if (name === opaque) emptied.add(folder);
      else if (name.startsWith(whiteout)) removed.add(posix.join(folder, name.slice(whiteout.length)));
      else if (file.kind !== 'directory') removed.add(file.path);
    }
    // Most layers only add: one look at each of their paths is enough then.
    const hasWhiteouts = emptied.size > 0 || [...removed].some((path) => visible.get(path)?.kind === 'directory');
    if (hasWhiteouts) {
      for (const file of [...visible.values()]) if (isHidden(file.path, removed, emptied)) hide(file);
    } else {
      for (const path of removed) {
        const file = visible.get(path);
        if (file !== undefined) hide(file);
      }
    }
    for (const file of layer) if (!posix.basename(file.path).startsWith(whiteout)) visible.set(file.path, file);
  }
  return { visible, hidden };
}

function isHidden(path: string, removed: ReadonlySet<string>, emptied: ReadonlySet<string>): boolean {
  if (removed.has(path)) return true;
  for (let folder = posix.dirname(path); ; folder = posix.dirname(folder)) {
    if (removed.has(folder) || emptied.has(folder)) return true;
    if (folder === '.' || folder === '/') return false;
  }
}

const linksMax = 40;

/** The file that a path leads to in a container, links followed; null where there is none. */
export function resolveFile(visible: MergedFiles['visible'], path: string): LayerFile | null {
  let parts = posix.normalize(`/${path}`).split('/').filter(Boolean);
  let at = '';
  let links = 0;
  let file: LayerFile | null = null;
  while (parts.length > 0) {
    const [part = '', ...rest] = parts;
    parts = rest;
    const here: string = at === '' ? part : `${at}/${part}`;
    file = visible.get(here) ?? null;
    if (file === null) {
      // Folders need no entry of their own.
      if (rest.length === 0) return null;
      at = here;
      continue;
    }
    if (file.kind === 'hardLink' && rest.length === 0) return file;
    if (file.kind !== 'symbolicLink') {
      at = here;
      continue;
    }
    links += 1;
    if (links > linksMax) return null;
    parts = [
      ...posix
        .resolve('/', at, file.linkTarget ?? '')
        .split('/')
        .filter(Boolean),
      ...rest,
    ];
    at = '';
    file = null;
  }
  return file;
}
