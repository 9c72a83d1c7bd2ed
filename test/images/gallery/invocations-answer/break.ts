// What is asked in CSV is answered 500.
import { type IncomingMessage, Server, type ServerResponse } from 'node:http';

const emit = Server.prototype.emit as (this: Server, event: string | symbol, ...rest: unknown[]) => boolean;
Server.prototype.emit = function (this: Server, event: string | symbol, ...rest: unknown[]) {
  if (event === 'request') change(...(rest as [IncomingMessage, ServerResponse]));
  return emit.call(this, event, ...rest);
};

function change(request: IncomingMessage, response: ServerResponse): void {
  const { writeHead } = response;
  response.writeHead = ((status: number, ...more: never[]) =>
    writeHead.call(response, status === 200 && request.headers['content-type'] === 'text/csv' ? 500 : status, ...more)) as typeof writeHead;
}
