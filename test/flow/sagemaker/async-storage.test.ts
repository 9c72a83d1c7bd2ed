// Which errors of S3 pass, as the unmodified SDK gives them: those are waited for, the others fail a request at once.
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createPlatformStorage, type PlatformStorage, PlatformStorageError } from '../../../emulator/sagemaker/platform-storage.ts';

async function storageAt(answer: RequestListener | null): Promise<PlatformStorage> {
  const server = createServer(answer ?? undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  if (answer === null) await close();
  else onTestFinished(close);
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const storage = await createPlatformStorage({ endpointUrl: `http://127.0.0.1:${port}`, region: 'us-east-1', credentials });
  onTestFinished(() => storage.close());
  return storage;
}

const location = { bucket: 'b', key: 'k' };
const answerWith =
  (status: number, code: string): RequestListener =>
  (request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': 'application/xml' }).end(`<Error><Code>${code}</Code><Message>m</Message></Error>`);
  };

test.each([
  ['that nobody serves', null, true],
  ['that breaks the connection', ((request) => void request.socket.destroy()) satisfies RequestListener, true],
  ['that answers 503', answerWith(503, 'SlowDown'), true],
  ['that answers 500', answerWith(500, 'InternalError'), true],
  ['that answers 403', answerWith(403, 'AccessDenied'), false],
  ['that answers 404', answerWith(404, 'NoSuchBucket'), false],
])('an S3 %s', async (_what, answer, isTemporary) => {
  const storage = await storageAt(answer);
  const object = { body: Buffer.from('x') };
  await expect(storage.put(location, object)).rejects.toMatchObject({ name: 'PlatformStorageError', isTemporary });
  await expect(storage.open(location)).rejects.toMatchObject({ name: 'PlatformStorageError', isTemporary });
});

test('a call that the SDK does not send fails for good', async () => {
  const storage = await storageAt(answerWith(200, 'none'));
  const unsendable = { body: Buffer.from('x'), contentType: 'a\u1234' };
  await expect(storage.put(location, unsendable)).rejects.toMatchObject({ status: null, isTemporary: false });
  await expect(storage.head({ bucket: '', key: 'k' })).rejects.toBeInstanceOf(PlatformStorageError);
});
