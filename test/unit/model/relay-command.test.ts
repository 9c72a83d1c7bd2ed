import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { relayCommand } from '../../../emulator/model/relay/relay-command.ts';
import { createTurns } from '../../../emulator/model/relay/turns.ts';

describe('the command that runs the relay', () => {
  it('holds the whole program in one argument that Linux takes', () => {
    const [node, type, evaluate, source = '', ...rest] = relayCommand('-', '127.0.0.1:1');
    expect([node, type, evaluate]).toEqual(['node', '--input-type=module', '-e']);
    expect(rest).toEqual(['--', '-', '127.0.0.1:1']);
    expect(Buffer.byteLength(source)).toBeLessThan(64 * 1024);
  });

  it('imports nothing but Node, and says nothing on the way', () => {
    const imports = relayCommand('-')[3]?.match(/\b(from|import|require)\b[ (]*"[^"]+"/g) ?? [];
    expect(imports.length).toBeGreaterThan(0);
    expect(imports.filter((from) => !from.startsWith('from "node:'))).toEqual([]);
    const script = `import('${new URL('../../../emulator/model/relay/relay-command.ts', import.meta.url)}').then(({ relayCommand }) => relayCommand('-'))`;
    const { stderr, status } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  });
});

describe('turns', () => {
  it('lets the next one in when one has ended, in order', async () => {
    const turns = createTurns(1);
    const entered: string[] = [];
    expect(turns.take(1_000, undefined)).toBe(true);
    const waiting = ['a', 'b'].map(async (name) => {
      await turns.take(1_000, undefined);
      entered.push(name);
      turns.end();
    });
    turns.end();
    await Promise.all(waiting);
    expect(entered).toEqual(['a', 'b']);
    expect(turns.take(1_000, undefined)).toBe(true);
  });

  it('gives up at the time or the signal, and then takes no turn', async () => {
    const turns = createTurns(1);
    void turns.take(1_000, undefined);
    const leaving = new AbortController();
    const gone = turns.take(1_000, leaving.signal);
    expect(await turns.take(5, undefined)).toBe(false);
    leaving.abort();
    expect(await gone).toBe(false);
    turns.end();
    expect(turns.take(1_000, undefined)).toBe(true);
  });
});
