import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { demultiplex } from '../../../emulator/model/docker/demultiplex.ts';

function frame(kind: number, payload: Uint8Array): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(kind, 0);
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

describe("Docker's stream of two outputs", () => {
  it('is taken apart wherever it is cut, whether what it is written to takes it at once or later', async () => {
    const frames = fc.array(fc.tuple(fc.constantFrom(1, 2), fc.uint8Array({ maxLength: 40 })), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(frames, fc.integer({ min: 1, max: 60 }), fc.boolean(), async (list, chunkBytes, isLate) => {
        const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
        const into = (chunks: Buffer[]) => (chunk: Buffer, taken: () => void) => {
          chunks.push(Buffer.from(chunk));
          if (isLate) setImmediate(taken);
          else taken();
        };
        const stream = demultiplex({ stdout: into(stdout), stderr: into(stderr) });
        const bytes = Buffer.concat(list.map(([kind, payload]) => frame(kind, payload)));
        for (let at = 0; at < bytes.length; at += chunkBytes) stream.write(bytes.subarray(at, at + chunkBytes));
        await new Promise<void>((resolve) => stream.end(resolve));
        const of = (wanted: number) => Buffer.concat(list.flatMap(([kind, payload]) => (kind === wanted ? [Buffer.from(payload)] : [])));
        expect(Buffer.concat(stdout)).toEqual(of(1));
        expect(Buffer.concat(stderr)).toEqual(of(2));
      }),
      { numRuns: 60 },
    );
  });

  it('of very many small frames in one piece does not overflow the stack', async () => {
    let bytes = 0;
    const count = (chunk: Buffer, taken: () => void) => {
      bytes += chunk.length;
      taken();
    };
    const stream = demultiplex({ stdout: count, stderr: count });
    stream.write(Buffer.concat(Array.from({ length: 50_000 }, () => frame(1, Buffer.from('x')))));
    await new Promise<void>((resolve) => stream.end(resolve));
    expect(bytes).toBe(50_000);
  });
});
