// The probes of the contract group over real HTTP: a server in this process stands for the container's.
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createModelChannel } from '../../../emulator/model/model-channel.ts';
import type { Verdict } from '../../../emulator/validate/check.ts';
import { concurrentRequests } from '../../../emulator/validate/checks/concurrent-requests.ts';
import { malformedBody } from '../../../emulator/validate/checks/malformed-body.ts';
import { streaming } from '../../../emulator/validate/checks/streaming.ts';
import type { ValidationContainer } from '../../../emulator/validate/containers.ts';
import { createEvidence, type Evidence, type EvidenceParts, NotDecided } from '../../../emulator/validate/evidence.ts';
import { invoke } from '../../../emulator/validate/invoke.ts';
import { sealedRun } from '../../../emulator/validate/probes/sealed-run.ts';
import { createSpareContainer, spareContainer } from '../../../emulator/validate/probes/spare-container.ts';
import { samples } from '../../../emulator/validate/samples.ts';
import { evidenceOf, sample } from '../../unit/validate/contract/made-up.ts';

const signal = new AbortController().signal;
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Served extends ValidationContainer {
  readonly disposed: () => boolean;
  end(code: number): void;
}

async function serve(listener: RequestListener): Promise<Served> {
  const server = createServer((request, response) => {
    if (request.url === '/ping') response.end();
    else listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const channel = createModelChannel({ origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  closers.push(async () => {
    await channel.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  let isDisposed = false;
  let code: number | null = null;
  return {
    ...({ id: 'made-up', startedAtMs: 0, channel, logLines: () => [] } as unknown as ValidationContainer),
    exit: () => (code === null ? null : ({ code } as ReturnType<ValidationContainer['exit']>)),
    end(given) {
      code = given;
    },
    disposed: () => isDisposed,
    async [Symbol.asyncDispose]() {
      isDisposed = true;
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

/** The probes themselves, over a container that serves. */
function evidenceOver(container: ValidationContainer): Evidence {
  const given = evidenceOf([
    [samples, [sample()]],
    [sealedRun, { kind: 'serving', container, startup: { pings: [], readyMs: 1 } }],
    [spareContainer, { use: <Result>(work: (of: ValidationContainer) => Promise<Result>) => work(container) }],
  ]);
  const real = createEvidence({ options: given.options, signal } as EvidenceParts);
  const isGiven = new Set<unknown>([samples, sealedRun, spareContainer]);
  const evidence: Evidence = {
    options: given.options,
    of: (probe) => (isGiven.has(probe) ? given.of(probe) : real.of({ ...probe, run: (context) => probe.run({ ...context, evidence }) })),
  };
  return evidence;
}

describe('one invocation', () => {
  it('tells when the first byte came, and the last', async () => {
    const { channel } = await serve(async (_request, response) => {
      response.write('a');
      await delay(300);
      response.end('b');
    });
    const invoked = await invoke(channel, { headers: {}, body: Buffer.from('x'), signal });
    expect(invoked).toMatchObject({ kind: 'answered', status: 200, body: Buffer.from('ab') });
    if (invoked.kind !== 'answered' || invoked.firstByteMs === null) throw new Error('no answer');
    expect(invoked.durationMs - invoked.firstByteMs).toBeGreaterThan(200);
  });

  it('fails as a value: too late, cut off, nothing that listens', async () => {
    const { channel } = await serve((request, response) => {
      if (request.headers.accept === 'late') return;
      response.writeHead(200, { 'content-length': 10 }).write('half', () => response.destroy());
    });
    const ask = (accept: string) => invoke(channel, { headers: { accept }, body: Buffer.from('x'), timeoutMs: 300, signal });
    expect(await ask('late')).toMatchObject({ kind: 'failed', reason: 'timedOut' });
    expect(await ask('cut')).toMatchObject({ kind: 'failed', reason: 'connectionLost' });
    const nobody = createModelChannel({ origin: 'http://127.0.0.1:1' });
    closers.push(() => nobody.destroy());
    expect(await invoke(nobody, { headers: {}, body: Buffer.from('x'), signal })).toMatchObject({ kind: 'failed', reason: 'notReady' });
  });

  it('is given up with the validation', async () => {
    const { channel } = await serve(() => {});
    const reason = new Error('Ctrl-C');
    const ended = new AbortController();
    setTimeout(() => ended.abort(reason), 50);
    await expect(invoke(channel, { headers: {}, body: Buffer.from('x'), signal: ended.signal })).rejects.toBe(reason);
  });
});

describe('the second container', () => {
  it('is shared by those who wait, one after the other, and removed when nobody does', async () => {
    const started: Served[] = [];
    const spare = createSpareContainer(async () => {
      const container = await serve((_request, response) => response.end());
      started.push(container);
      return container;
    }, signal);
    const order: string[] = [];
    const use = (name: string) =>
      spare.use(async () => {
        order.push(`${name} begins`);
        await delay(20);
        order.push(`${name} ends`);
      });
    await Promise.all([use('a'), use('b')]);
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
    expect(started.map(({ disposed }) => disposed())).toEqual([true]);
    await use('c');
    expect(started.map(({ disposed }) => disposed())).toEqual([true, true]);
  });

  it('is replaced where it has ended, and whoever fails stops nobody', async () => {
    const started: Served[] = [];
    const spare = createSpareContainer(async () => {
      const container = await serve((_request, response) => response.end());
      started.push(container);
      return container;
    }, signal);
    const ending = spare.use(async () => started[0]?.end(137));
    const failing = spare.use(() => Promise.reject(new NotDecided('no')));
    const last = spare.use(async (container) => container.exit());
    await ending;
    await expect(failing).rejects.toThrow(NotDecided);
    expect(await last).toBeNull();
    expect(started.map(({ disposed }) => disposed())).toEqual([true, true]);
  });
});

describe('what checks find over HTTP', () => {
  /** Answers with the ids of the records, refuses what it cannot read. */
  async function answerWell(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const ids = /^\{.*\}$/.test(body) ? (JSON.parse(body) as { records: { id: number }[] }).records.map(({ id }) => id) : null;
    response.writeHead(ids === null ? 400 : 200).end(JSON.stringify(ids));
  }
  const judge = async (check: { judge(evidence: Evidence): Promise<Verdict> }, listener: RequestListener) =>
    check.judge(evidenceOver(await serve(listener)));

  it('passes a container that answers well', async () => {
    expect(await judge(concurrentRequests, answerWell)).toMatchObject({ outcome: 'passed', note: '16 requests, 3 different' });
    expect(await judge(malformedBody, answerWell)).toMatchObject({ outcome: 'passed' });
  });

  it('sees answers that are mixed up', async () => {
    let lastBody = '';
    const mixing = async (request: IncomingMessage, response: ServerResponse) => {
      lastBody = await bodyOf(request);
      await delay(30);
      response.end(lastBody);
    };
    expect(await judge(concurrentRequests, mixing)).toMatchObject({
      ...{
        outcome: 'failed',
        findings: [expect.stringMatching(/^\d+ of 16 requests at the same time got the answer to another request$/)],
      },
    });
  });

  it('sees a parser that fails', async () => {
    const failing = async (request: IncomingMessage, response: ServerResponse) => {
      const body = await bodyOf(request);
      response.writeHead(body.endsWith('}') ? 200 : 500).end('[]');
    };
    expect(await judge(malformedBody, failing)).toMatchObject({ outcome: 'failed', findings: { length: 4 } });
  });

  it('sees events as they come, and those that are held back', async () => {
    const headers = { 'content-type': 'text/event-stream' };
    const flushing = async (request: IncomingMessage, response: ServerResponse) => {
      await bodyOf(request);
      response.writeHead(200, headers).write('data: 1\n\n');
      await delay(600);
      response.end('data: 2\n\n');
    };
    const holding = async (request: IncomingMessage, response: ServerResponse) => {
      await bodyOf(request);
      await delay(600);
      response.writeHead(200, headers).write('data: 1\n\n');
      response.end('data: 2\n\n');
    };
    expect(await judge(streaming, flushing)).toMatchObject({ outcome: 'passed' });
    expect(await judge(streaming, holding)).toMatchObject({ outcome: 'failed' });
  });
});
