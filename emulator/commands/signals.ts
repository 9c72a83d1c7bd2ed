// Ctrl-C and its relatives: the first ends everything in order, the second at once.

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Resolves at the first signal. A second one ends the process with 130, whatever still hangs. */
export function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of signals) {
      process.once(signal, () => {
        for (const other of signals) {
          process.removeAllListeners(other);
          process.once(other, () => process.exit(130));
        }
        resolve(signal);
      });
    }
  });
}
