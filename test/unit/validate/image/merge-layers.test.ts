import { describe, expect, it } from 'vitest';
import { mergeLayers, resolveFile } from '../../../../emulator/validate/image-files/merge-layers.ts';
import { file, link } from './made-up-evidence.ts';

const folder = (path: string) => file(path, { kind: 'directory' });
const seen = (...layers: Parameters<typeof mergeLayers>[0]) => [...mergeLayers(layers).visible.keys()];

describe('layers on top of each other', () => {
  it.each([
    ['a file is replaced', [[file('a')], [file('a')]], ['a']],
    ['a file is deleted', [[file('d/a'), file('d/b')], [file('d/.wh.a')]], ['d/b']],
    ['a folder is deleted with all that is in it', [[folder('d'), file('d/e/a'), file('de')], [file('.wh.d')]], ['de']],
    [
      'a folder is emptied, and filled by the same layer',
      [
        [folder('d'), file('d/a')],
        [file('d/.wh..wh..opq'), file('d/b')],
      ],
      ['d', 'd/b'],
    ],
    ['a file takes the place of a folder', [[folder('d'), file('d/a')], [file('d')]], ['d']],
    ['a link takes the place of a folder', [[folder('d'), file('d/a')], [link('d', 'e')]], ['d']],
    [
      'a folder is named again',
      [
        [folder('d'), file('d/a')],
        [folder('d'), file('d/b')],
      ],
      ['d', 'd/a', 'd/b'],
    ],
    ['what is deleted comes back', [[file('a')], [file('.wh.a')], [file('a')]], ['a']],
  ])('%s', (_, layers, wanted) => {
    expect(seen(...layers).sort()).toEqual(wanted);
  });

  it('keep what they held: a secret is still there when it is deleted', () => {
    const secrets = [{ what: 'a private key', isAws: false, isOfDependency: false }];
    const { hidden } = mergeLayers([[file('key', { secrets })], [file('.wh.key')]]);
    expect(hidden.map(({ path }) => path)).toEqual(['key']);
  });
});

describe('a path in a container', () => {
  const { visible } = mergeLayers([
    [
      ...[link('bin', 'usr/bin'), file('usr/bin/node'), link('usr/bin/nodejs', 'node'), link('opt/serve', '/bin/nodejs')],
      ...[link('loop', 'pool'), link('pool', 'loop'), link('gone', 'nowhere'), link('up', '../../../usr/bin/node')],
    ],
  ]);

  it.each(['/usr/bin/node', '/bin/node', 'bin/nodejs', '/opt/serve', '/opt/../bin/./node', '/up'])('%s leads to its file', (path) => {
    expect(resolveFile(visible, path)?.path).toBe('usr/bin/node');
  });

  it.each(['/loop', '/gone', '/usr/bin/other', '/usr/bin/node/further'])('%s leads to nothing', (path) => {
    expect(resolveFile(visible, path)).toBeNull();
  });
});
