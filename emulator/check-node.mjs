// Loaded first by the npm scripts: an older Node cannot even read main.ts, and would not say what it needs.
const [major] = process.versions.node.split('.').map(Number);
if (major < 24) {
  process.stderr.write(
    `airlock needs Node.js 24 or newer; this is ${process.version}.\nnpm ci brings it along on Linux and Windows (optional dependencies must not be left out); elsewhere install Node 24.\n`,
  );
  process.exit(2);
}
