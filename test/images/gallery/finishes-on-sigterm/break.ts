process.prependListener('SIGTERM', () => process.exit(0));
