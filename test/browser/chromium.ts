// Headless Chromium by its own protocol (DevTools), with nothing installed beside it: opens a file, evaluates, and keeps what the page asked for and complained of.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const startTimeoutMs = 30_000;
const callTimeoutMs = 20_000;

/** Null: there is none. */
export function findChromium(): string | null {
  const names = [process.env.CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome'].filter((name) => name !== undefined);
  return names.find((name) => spawnSync(name, ['--version'], { timeout: startTimeoutMs }).status === 0) ?? null;
}

export interface OpenPage {
  /** URLs that the page asked for, its own included. */
  readonly requests: readonly string[];
  /** Console messages, exceptions, and what the browser logs: refused content, deprecations. */
  readonly complaints: readonly string[];
  /** The value of an expression, awaited; by value. */
  evaluate<T>(expression: string): Promise<T>;
  /** For prefers-color-scheme, and `print`. */
  emulate(media: { readonly scheme: 'light' | 'dark'; readonly type?: 'print' }): Promise<void>;
  /** PNG. */
  screenshot(): Promise<Buffer>;
}

export interface Chromium extends AsyncDisposable {
  /** Resolves when the page has loaded. */
  open(url: string, size?: { readonly width: number; readonly height: number }): Promise<OpenPage>;
}

export async function startChromium(program: string): Promise<Chromium> {
  const profile = await mkdtemp(join(tmpdir(), 'chromium-'));
  const child = spawn(
    program,
    [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-dev-shm-usage', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync', '--remote-debugging-port=0'],
      ...[`--user-data-dir=${profile}`, 'about:blank'],
    ],
    // A process group of its own: its children end with it.
    { stdio: ['ignore', 'ignore', 'pipe'], detached: true, env: { ...process.env, HOME: profile, TMPDIR: profile } },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const close = async () => {
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  try {
    const address = await addressOf(child.stderr);
    const connection = await connect(address);
    return {
      open: (url, size = { width: 1_200, height: 900 }) => openPage(connection, url, size),
      async [Symbol.asyncDispose]() {
        connection.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function addressOf(stderr: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => reject(new Error(`Chromium does not come up: ${said.slice(-2_000)}`)), startTimeoutMs);
    stderr.on('data', (chunk: Buffer) => {
      said += String(chunk);
      const [, address] = /DevTools listening on (ws:\S+)/.exec(said) ?? [];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    });
    stderr.on('end', () => {
      clearTimeout(timer);
      reject(new Error(`Chromium ended: ${said.slice(-2_000)}`));
    });
  });
}

interface Event {
  readonly method: string;
  readonly params: unknown;
  readonly sessionId?: string;
}

interface Connection {
  call<T>(method: string, params?: object, sessionId?: string): Promise<T>;
  onEvent(listen: (event: Event) => void): void;
  close(): void;
}

async function connect(address: string): Promise<Connection> {
  const socket = new WebSocket(address);
  const waiting = new Map<number, (message: { result?: unknown; error?: { message: string } }) => void>();
  const listeners: ((event: Event) => void)[] = [];
  let calls = 0;
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data));
    if (message.id === undefined) for (const listen of listeners) listen(message as Event);
    else waiting.get(message.id)?.(message);
  });
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', () => reject(new Error(`${address} cannot be connected to`)), { once: true });
  });
  return {
    call: <T>(method: string, params: object = {}, sessionId?: string) =>
      new Promise<T>((resolve, reject) => {
        calls += 1;
        const id = calls;
        const timer = setTimeout(() => reject(new Error(`${method} is not answered`)), callTimeoutMs);
        waiting.set(id, ({ result, error }) => {
          clearTimeout(timer);
          waiting.delete(id);
          if (error) reject(new Error(`${method}: ${error.message}`));
          else resolve(result as T);
        });
        socket.send(JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) }));
      }),
    onEvent: (listen) => listeners.push(listen),
    close: () => socket.close(),
  };
}

async function openPage(connection: Connection, url: string, size: { readonly width: number; readonly height: number }): Promise<OpenPage> {
  const requests: string[] = [];
  const complaints: string[] = [];
  const { targetId } = await connection.call<{ targetId: string }>('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await connection.call<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
  const call = <T>(method: string, params?: object) => connection.call<T>(method, params, sessionId);
  const loaded = new Promise<void>((resolve) => {
    connection.onEvent(({ method, params, sessionId: from }) => {
      if (from !== sessionId) return;
      if (method === 'Page.loadEventFired') resolve();
      if (method === 'Network.requestWillBeSent') requests.push((params as { request: { url: string } }).request.url);
      if (['Runtime.consoleAPICalled', 'Runtime.exceptionThrown', 'Log.entryAdded', 'Audits.issueAdded'].includes(method)) {
        complaints.push(`${method} ${JSON.stringify(params)}`);
      }
    });
  });
  for (const domain of ['Page', 'Network', 'Runtime', 'Log', 'Audits']) await call(`${domain}.enable`);
  await call('Emulation.setDeviceMetricsOverride', { ...size, deviceScaleFactor: 1, mobile: false });
  await call('Page.navigate', { url });
  await loaded;
  return {
    requests,
    complaints,
    async evaluate<T>(expression: string) {
      const answer = await call<{ result: { value: T }; exceptionDetails?: { exception?: { description?: string } } }>('Runtime.evaluate', {
        ...{ expression, awaitPromise: true, returnByValue: true },
      });
      if (answer.exceptionDetails) throw new Error(answer.exceptionDetails.exception?.description ?? 'the expression throws');
      return answer.result.value;
    },
    async emulate({ scheme, type }) {
      await call('Emulation.setEmulatedMedia', { media: type ?? '', features: [{ name: 'prefers-color-scheme', value: scheme }] });
    },
    async screenshot() {
      const { data } = await call<{ data: string }>('Page.captureScreenshot', { captureBeyondViewport: true });
      return Buffer.from(data, 'base64');
    },
  };
}
