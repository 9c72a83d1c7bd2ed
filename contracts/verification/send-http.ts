// Sends a request of the contract to a provider that has a URL: bytes as they are, one attempt, no redirect followed.
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect } from 'node:net';
import { ContractError } from '../contract-error.ts';
import { bodyBytesMax, type ProviderAnswer, type ProviderRequest } from './provider.ts';

/** Who is asked, as an error names them. */
export type Answerer = 'The provider' | 'The state server';
const provider: Answerer = 'The provider';

/** The request's path is appended to the base URL's. */
export function sendOverHttp(
  baseUrl: string,
  who: Answerer = provider,
): (request: Omit<ProviderRequest, 'stateValues'>) => Promise<ProviderAnswer> {
  const base = new URL(baseUrl);
  const basePath = base.pathname.replace(/\/+$/, '');
  return ({ method, path, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const open = base.protocol === 'https:' ? requestHttps : requestHttp;
      const request = open({
        protocol: base.protocol,
        hostname: base.hostname.replace(/^\[|\]$/g, ''),
        port: base.port,
        method,
        path: `${basePath}${path}`,
        headers: {
          ...headers,
          ...((body.length > 0 || method === 'POST' || method === 'PUT') && { 'content-length': String(body.length) }),
        },
        agent: false,
        signal,
      });
      const fail = (error: Error) => reject(explained(error, base, who));
      // Both may come again when all has been said.
      request.on('error', fail);
      request.once('upgrade', (_response, socket) => {
        socket.destroy();
        fail(new Error('it changes to another protocol (101)'));
      });
      request.once('response', (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          chunks.push(chunk);
          if (bytes > bodyBytesMax) response.destroy(new Error(`its answer is larger than ${bodyBytesMax} bytes`));
        });
        response.on('error', fail);
        // Node keeps the first of several, which may be the right one.
        const types = response.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'content-type');
        if (types.length > 1) response.destroy(new Error('its answer has more than one Content-Type'));
        response.once('end', () => {
          resolve({ status: response.statusCode ?? 0, headers: definedOnly(response.headers), body: Buffer.concat(chunks) });
        });
      });
      request.end(body);
    });
}

const probeTimeoutMs = 10_000;

/**
 * Is there anything that listens? Asked before a verification, so that it isn't every interaction that says so.
 * @throws ContractError PROVIDER_UNREACHABLE
 */
export async function probeProvider(url: string, signal?: AbortSignal, who: Answerer = provider): Promise<void> {
  const { protocol, hostname, port } = new URL(url);
  const socket = connect({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || (protocol === 'https:' ? 443 : 80)),
    timeout: probeTimeoutMs,
    ...(signal && { signal }),
  });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', () => resolve());
      socket.on('error', reject);
      socket.once('timeout', () => reject(new Error(`no connection within ${probeTimeoutMs / 1_000} s`)));
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw unreachable(new URL(url), error as Error, who);
  } finally {
    socket.destroy();
  }
}

/** Where no connection came about, nothing has reached the provider. */
const neverConnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EADDRNOTAVAIL']);

function explained(error: Error, base: URL, who: Answerer): ContractError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (neverConnected.has(code)) return unreachable(base, error, who);
  const what = code === '' || code === 'ECONNRESET' ? error.message : `${error.message} (${code})`;
  const message = `${who}${who === provider ? '' : ` at ${base.origin}`} broke off before its answer was complete: ${what}.`;
  return new ContractError(who === provider ? 'VERIFICATION_FAILED' : 'STATE_NOT_SET', message, 'Its own log says why.', { cause: error });
}

function unreachable(url: URL, cause: Error, who: Answerer): ContractError {
  const reason = (cause as NodeJS.ErrnoException).code ?? cause.message;
  const [message, hint] =
    who === provider
      ? [`Nothing answers at ${url.origin} (${reason}).`, 'Start the provider first, and check the address.']
      : [`The state server at ${url.origin} does not answer (${reason}).`, 'Start it first, and check the address that --state-url gives.'];
  return new ContractError('PROVIDER_UNREACHABLE', message, hint, { cause });
}

function definedOnly(headers: NodeJS.Dict<string | string[]>): Record<string, string | readonly string[]> {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)) as Record<string, string | string[]>;
}
