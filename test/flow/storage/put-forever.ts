// Run as a child process that a test kills: puts objects without end, each of one letter that its metadata names.
// usage: put-forever.ts DIRECTORY forever|half
import { Readable } from 'node:stream';
import { systemClock } from '../../../emulator/clock.ts';
import { openObjectStore } from '../../../emulator/storage/object-store.ts';

const [directory = '', mode = ''] = process.argv.slice(2);
const store = await openObjectStore({ directory, clock: systemClock });
await store.createBucket('bbb', '222222222222');

if (mode === 'half') {
  await store.putObject({ bucket: 'bbb', key: 'overwritten', body: Buffer.from('old'), metadata: { letter: 'o' } });
  await Promise.all(
    ['overwritten', 'new'].map((key) =>
      store.putObject({ bucket: 'bbb', key, body: Readable.from(halfABody()), metadata: { letter: 'n' } }),
    ),
  );
}
for (let count = 0; mode === 'forever'; count++) {
  const letter = String.fromCharCode(97 + (count % 26));
  const put = (key: string, bytes: number) =>
    store.putObject({ bucket: 'bbb', key, body: Readable.from(pieces(letter, bytes)), metadata: { letter } });
  await Promise.all([put('small', 1 + ((count * 37) % 2_000)), put(`only-${count % 200}`, 100), put('large', 200_000 + count)]);
  process.stdout.write('.');
}

function* pieces(letter: string, bytes: number) {
  for (let left = bytes; left > 0; left -= 50_000) yield Buffer.alloc(Math.min(left, 50_000), letter);
}

async function* halfABody() {
  yield Buffer.alloc(1_000_000, 'n');
  process.stdout.write('.');
  await new Promise((resolve) => setTimeout(resolve, 60_000));
}
