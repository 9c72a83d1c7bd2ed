// The custom attributes of an answer are longer than the API takes.
import { type IncomingMessage, Server, type ServerResponse } from 'node:http';

const emit = Server.prototype.emit as (this: Server, event: string | symbol, ...rest: unknown[]) => boolean;
Server.prototype.emit = function (this: Server, event: string | symbol, ...rest: unknown[]) {
  if (event === 'request') change(...(rest as [IncomingMessage, ServerResponse]));
  return emit.call(this, event, ...rest);
};

function change(_request: IncomingMessage, response: ServerResponse): void {
  const { writeHead } = response;
  response.writeHead = ((status: number, headers: Record<string, string>) =>
    writeHead.call(
      response,
      status,
      status === 200 && headers['content-type'] ? { ...headers, 'x-amzn-sagemaker-custom-attributes': 'a'.repeat(2_000) } : headers,
    )) as typeof writeHead;
}
