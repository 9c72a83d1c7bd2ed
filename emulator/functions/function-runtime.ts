// Which Node.js a runtime is: what differs between them is decided by its number. Other runtimes are refused when the template is loaded.

/** 24 for nodejs24.x; NaN for a text that names no Node.js. */
export function nodeMajorOf(runtime: string): number {
  return Number(/^nodejs(\d+)\.x$/.exec(runtime)?.[1] ?? Number.NaN);
}
