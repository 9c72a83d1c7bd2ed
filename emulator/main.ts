#!/usr/bin/env node
// The bin. The only place that ends the process; the command line itself is in command-line.ts.
import nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';

const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  process.stderr.write(
    `airlock needs Node.js 24 or newer; this is ${process.version}.\nRun it through npm (npm run demo, npm start), which brings its own Node on Linux and Windows, or install Node 24.\n`,
  );
  process.exit(2);
}

// Compiled code is kept beside the installed packages: the second start takes a third of the time of the first.
nodeModule.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/airlock', import.meta.url)));
// Functions run in threads, which cannot change the time zone, and Lambda is in UTC.
process.env.TZ = 'UTC';
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that has gone (head, a closed terminal) must not stop the shutdown half-way; a full disk is a failure.
    const isUnwanted = stream === process.stderr && error.code === 'EBADF';
    if (error.code !== 'EPIPE' && !isUnwanted) process.exitCode = 1;
  });
}

const { runCommandLine } = await import('./command-line.ts');
process.exitCode = (await runCommandLine(process.argv)) || process.exitCode;
