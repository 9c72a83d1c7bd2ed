// Run as a child process, in a PID namespace of its own: takes a directory and keeps it until its input ends.
// usage: hold-directory.ts DIRECTORY; prints `held`, or why it cannot have it.
import { lockDirectory } from '../../../emulator/storage/directory-lock.ts';

const [directory = ''] = process.argv.slice(2);
try {
  const lock = await lockDirectory(directory);
  process.stdout.write('held\n');
  process.stdin.resume().once('end', () => lock.release());
} catch (error) {
  process.stdout.write(`${(error as Error).message}\n`);
}
