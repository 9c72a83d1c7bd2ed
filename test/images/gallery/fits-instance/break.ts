// A worker beside the server; the kernel kills it and leaves the server alone.
import { spawn } from 'node:child_process';

const worker = `
  require('node:fs').writeFileSync('/proc/self/oom_score_adj', '1000');
  const taken = [];
  setInterval(() => taken.push(Buffer.alloc(32 * 1024 * 1024, 1)), 5);`;
spawn(process.execPath, ['-e', worker], { stdio: 'ignore' }).on('exit', (_code, signal) =>
  process.stderr.write(`worker ended: ${signal}\n`),
);
