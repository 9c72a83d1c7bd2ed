// Who may talk to the control server: programs of this machine, and its own pages. Not a web page that happens to be open in a browser.
import type { FastifyReply, FastifyRequest } from 'fastify';

const localNames: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * A page can point its own domain at 127.0.0.1 (DNS rebinding); its requests then carry that domain as Host. And a page can send a
 * request here without reading the answer; it then carries the page's Origin. Both are refused. Null when the caller is fine.
 */
export function refusalOf(headers: { readonly host?: string | undefined; readonly origin?: string | undefined }): string | null {
  const { host = '', origin } = headers;
  if (!localNames.has(host.replace(/:\d{1,5}$/, '').toLowerCase())) return 'The control server answers to 127.0.0.1 and localhost only.';
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`)
    return 'The control server answers to its own pages only.';
  return null;
}

/** A Fastify onRequest hook. */
export async function refuseForeignCaller(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const refusal = refusalOf(request.headers);
  if (refusal === null) return;
  await reply.code(403).send({ error: { code: 'FORBIDDEN', message: refusal, requestId: request.id } });
}
