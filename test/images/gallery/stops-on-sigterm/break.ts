const on = process.on;
process.on = ((event: string, listener: (...parts: unknown[]) => void) =>
  event === 'SIGTERM' ? process : on.call(process, event, listener)) as typeof on;
