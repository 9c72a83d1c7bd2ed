import { writeFileSync } from 'node:fs';

try {
  writeFileSync('/dev/shm/tensors', Buffer.alloc(80 * 1024 * 1024, 1));
} catch (error) {
  process.stderr.write(`cannot share tensors: ${(error as Error).message}\n`);
}
