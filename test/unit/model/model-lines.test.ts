import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { createLog } from '../../../emulator/log.ts';
import { logLines } from '../../../emulator/model/model-lines.ts';

describe('what a model prints', () => {
  it('comes without control characters, and not at all where there is nothing else', async () => {
    const kept: string[] = [];
    const stream = Readable.from(['\x1b[2J\x1b[31mred\x07 \r\n\x00\r\n', 'a\tb\r\n\x9bK'], { objectMode: false });
    const lines = logLines(stream, 'stdout', createLog('silent'), (line) => kept.push(line));
    await finished(stream);
    expect(kept).toEqual([' [2J [31mred', 'a b', ' K']);
    expect(lines.last()).toBe(' K');
  });
});
