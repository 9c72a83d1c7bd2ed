// Of a mini-batch in a batch job the last answer is missing.
import { type IncomingMessage, Server, type ServerResponse } from 'node:http';

const emit = Server.prototype.emit as (this: Server, event: string | symbol, ...rest: unknown[]) => boolean;
Server.prototype.emit = function (this: Server, event: string | symbol, ...rest: unknown[]) {
  if (event === 'request') change(...(rest as [IncomingMessage, ServerResponse]));
  return emit.call(this, event, ...rest);
};

function change(_request: IncomingMessage, response: ServerResponse): void {
  const { writeHead, end } = response;
  if (process.env.SAGEMAKER_BATCH !== 'true') return;
  // Without the length of the whole.
  response.writeHead = ((status: number, headers: Record<string, string>) => {
    const { 'content-length': _length, ...others } = headers ?? {};
    return writeHead.call(response, status, others);
  }) as typeof writeHead;
  response.end = ((body: string) => {
    const lines = String(body ?? '').split('\n');
    return end.call(response, lines.length > 2 ? `${lines.slice(0, -2).join('\n')}\n` : (body ?? ''), 'utf8');
  }) as typeof end;
}
