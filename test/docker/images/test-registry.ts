// A registry that takes what `docker push` sends: the push half of the distribution API, and its manifests back, on 127.0.0.1, in memory.
// Source: https://distribution.github.io/distribution/spec/api/
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

export interface PushedManifest {
  readonly mediaType: string;
  readonly body: Buffer;
}

export interface TestRegistry extends AsyncDisposable {
  /** Before the first slash of an image's name. */
  readonly host: string;
  /** By `repository:tag`, and by `repository@digest`. */
  readonly manifests: ReadonlyMap<string, PushedManifest>;
  /** By digest. */
  readonly blobs: ReadonlyMap<string, Buffer>;
}

export async function startTestRegistry(): Promise<TestRegistry> {
  const manifests = new Map<string, PushedManifest>();
  const blobs = new Map<string, Buffer>();
  const uploads = new Map<string, Buffer[]>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', headers } = request;
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://registry');
    const [, repository = '', kind = '', reference = ''] = /^\/v2\/(.+)\/(blobs\/uploads|blobs|manifests)\/(.*)$/.exec(pathname) ?? [];
    const body = await buffer(request);
    const end = (status: number, more: Record<string, string | number> = {}) =>
      response.writeHead(status, { 'docker-distribution-api-version': 'registry/2.0', ...more }).end();

    if (pathname === '/v2/') return void end(200);
    if (kind === 'blobs' && method === 'HEAD') {
      const blob = blobs.get(reference);
      return void (blob ? end(200, { 'content-length': blob.length, 'docker-content-digest': reference }) : end(404));
    }
    if (kind === 'blobs/uploads') {
      const id = method === 'POST' ? randomUUID() : reference;
      const chunks = uploads.get(id) ?? [];
      uploads.set(id, [...chunks, body]);
      const location = `/v2/${repository}/blobs/uploads/${id}`;
      const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, body.length);
      if (method !== 'PUT') return void end(202, { location, range: `0-${Math.max(0, bytes - 1)}`, 'docker-upload-uuid': id });
      const blob = Buffer.concat([...chunks, body]);
      const digest = digestOf(blob);
      uploads.delete(id);
      if (digest !== searchParams.get('digest')) return void end(400);
      blobs.set(digest, blob);
      return void end(201, { location: `/v2/${repository}/blobs/${digest}`, 'docker-content-digest': digest });
    }
    if (kind === 'manifests' && method === 'PUT') {
      const digest = digestOf(body);
      const manifest = { mediaType: headers['content-type'] ?? '', body };
      manifests.set(`${repository}:${reference}`, manifest).set(`${repository}@${digest}`, manifest);
      return void end(201, { location: `/v2/${repository}/manifests/${digest}`, 'docker-content-digest': digest });
    }
    const manifest =
      kind === 'manifests' ? (manifests.get(`${repository}:${reference}`) ?? manifests.get(`${repository}@${reference}`)) : null;
    if (manifest) {
      const digest = digestOf(manifest.body);
      response.writeHead(200, {
        'content-type': manifest.mediaType,
        'content-length': manifest.body.length,
        'docker-content-digest': digest,
      });
      return void response.end(method === 'GET' ? manifest.body : undefined);
    }
    return void end(404);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    host: `127.0.0.1:${port}`,
    manifests,
    blobs,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
