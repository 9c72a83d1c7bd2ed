// Takes memory until the kernel kills it: outside of V8's heap, which would end the process by itself. Never comes to listening.
const taken: Buffer[] = [];
const chunkBytes = 16 * 1024 * 1024;
process.stdout.write('loading the model\n');
// Filled: a page that was never written to takes no memory.
setInterval(() => taken.push(Buffer.alloc(chunkBytes, taken.length + 1)), 20);
