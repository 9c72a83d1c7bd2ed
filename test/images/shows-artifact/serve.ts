// GET /look answers with every file of the artifact, and with what comes of writing there.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join, relative } from 'node:path';

const directory = '/opt/ml/model';
process.on('SIGTERM', () => process.exit(0));
createServer((request, response) => response.end(request.url === '/look' ? JSON.stringify(look()) : '')).listen(8080, '0.0.0.0');

function look() {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  return { files: Object.fromEntries(paths.map((path) => [relative(directory, path), readFileSync(path, 'utf8')])), writing: tryToWrite() };
}

function tryToWrite(): string {
  try {
    writeFileSync(join(directory, 'new'), '');
    return 'allowed';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}
