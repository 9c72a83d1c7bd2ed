// Answers in JSON Lines do not say what they are.
import { type IncomingMessage, Server, type ServerResponse } from 'node:http';

const emit = Server.prototype.emit as (this: Server, event: string | symbol, ...rest: unknown[]) => boolean;
Server.prototype.emit = function (this: Server, event: string | symbol, ...rest: unknown[]) {
  if (event === 'request') change(...(rest as [IncomingMessage, ServerResponse]));
  return emit.call(this, event, ...rest);
};

function change(_request: IncomingMessage, response: ServerResponse): void {
  const { writeHead } = response;
  response.writeHead = ((status: number, headers: Record<string, string>) => {
    const { 'content-type': type, ...others } = headers ?? {};
    return writeHead.call(response, status, type === 'application/jsonlines' ? others : headers);
  }) as typeof writeHead;
}
