// Puts an answer on the wire, once, with header names spelt as AWS spells them.
import type { ServerResponse } from 'node:http';
import type { GatewayAnswer } from './request-stages.ts';

/** @returns false where the client has gone, or was answered already. */
export function writeAnswer(response: ServerResponse, { status, headers, body }: GatewayAnswer): boolean {
  if (response.headersSent || response.destroyed) return false;
  const fields = headers.flat();
  // 204 and 304 have no body, and no length of one.
  if (status === 204 || status === 304) {
    response.writeHead(status, fields);
    response.end();
    return true;
  }
  const bytes = Buffer.byteLength(body);
  fields.push('Content-Length', String(bytes));
  response.writeHead(status, fields);
  if (typeof body === 'string' && bytes === body.length) {
    // All ASCII. As latin1, the encoding of the head, Node sends both in one piece, which is measurably cheaper.
    response.end(body, 'latin1');
  } else {
    response.end(typeof body === 'string' ? Buffer.from(body, 'utf8') : body);
  }
  return true;
}
