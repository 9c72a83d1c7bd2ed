// The log repeats the requests.
import { type IncomingMessage, Server, type ServerResponse } from 'node:http';

const emit = Server.prototype.emit as (this: Server, event: string | symbol, ...rest: unknown[]) => boolean;
Server.prototype.emit = function (this: Server, event: string | symbol, ...rest: unknown[]) {
  if (event === 'request') change(...(rest as [IncomingMessage, ServerResponse]));
  return emit.call(this, event, ...rest);
};

function change(request: IncomingMessage, _response: ServerResponse): void {
  request.once('data', (chunk: Buffer) => process.stdout.write(`asked ${JSON.stringify(chunk.toString().slice(0, 300))}\n`));
}
