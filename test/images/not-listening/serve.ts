// Runs and never opens a port.
process.on('SIGTERM', () => process.exit(0));
process.stdout.write('loading the model\n');
setInterval(() => undefined, 60_000);
