// Pulls an image and says how far it is. A registry's refusal becomes one line with the registry's own reason.
import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { AirlockError } from '../../errors.ts';
import { daemonText } from './docker-engine.ts';
import type { FindImageOptions } from './find-image.ts';
import { registryLogin } from './registry-login.ts';

const progressEveryMs = 5_000;
/** Ours: a pull that tells nothing new for this long has failed. */
const stallTimeoutMs = 120_000;

interface PullEvent {
  readonly id?: string;
  readonly status?: string;
  readonly error?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
}

/** @throws AirlockError NOT_AVAILABLE */
export async function pullImage({ engine, reference, option, log, signal }: FindImageOptions): Promise<void> {
  log.info({ image: reference }, 'the image is not here; pulling it');
  const stalled = new AbortController();
  const stall = () => setTimeout(() => stalled.abort(), stallTimeoutMs);
  let timer = stall();
  try {
    const login = registryLogin(reference);
    const abortSignal = AbortSignal.any([signal, stalled.signal]);
    // Without a tag the daemon would pull every tag there is.
    const fromImage = /(:[^/]+|@[^/]+)$/.test(reference) ? reference : `${reference}:latest`;
    const stream = await engine.docker.createImage({ fromImage, abortSignal, ...(login && { authconfig: login }) });
    const progress = new PullProgress();
    let toldAtMs = performance.now();
    for await (const line of createInterface({ input: stream as IncomingMessage })) {
      clearTimeout(timer);
      timer = stall();
      const event = JSON.parse(line) as PullEvent;
      if (event.error !== undefined) throw new Error(event.error);
      progress.add(event);
      if (performance.now() - toldAtMs < progressEveryMs) continue;
      toldAtMs = performance.now();
      log.info({ image: reference, ...progress.fields() }, 'pulling');
    }
    abortSignal.throwIfAborted();
    log.info({ image: reference }, 'pulled');
  } catch (error) {
    if (error instanceof AirlockError) throw error;
    const reason = stalled.signal.aborted ? `nothing came for ${stallTimeoutMs / 1_000} s` : daemonText(error);
    throw new AirlockError(
      'NOT_AVAILABLE',
      `The image "${reference}" is not here and cannot be pulled: ${reason}`,
      hintFor(reason, reference, option),
      {
        cause: error,
      },
    );
  } finally {
    clearTimeout(timer);
  }
}

function hintFor(reason: string, reference: string, option: string): string {
  if (/denied|unauthorized|authentication|no basic auth/i.test(reason)) {
    return `Check the name given with ${option}; for a private registry: docker login, then docker pull ${reference}; for an image of your own: docker build -t ${reference} .`;
  }
  if (/not found|manifest unknown|no matching manifest/i.test(reason)) {
    return `Check the name and the tag given with ${option}; for an image of your own: docker build -t ${reference} .`;
  }
  return `Check the name given with ${option} and the network; for an image of your own: docker build -t ${reference} .`;
}

class PullProgress {
  readonly #layers = new Map<string, { current: number; total: number }>();

  add({ id, status, progressDetail }: PullEvent): void {
    if (id === undefined || status !== 'Downloading' || !progressDetail?.total) return;
    this.#layers.set(id, { current: progressDetail.current ?? 0, total: progressDetail.total });
  }

  /** Of the layers that have begun: how many megabytes there are is known only when the last one has. */
  fields(): { readonly megabytes: number; readonly ofMegabytes: number } {
    const sum = (name: 'current' | 'total') => [...this.#layers.values()].reduce((bytes, layer) => bytes + layer[name], 0);
    return { megabytes: Math.round(sum('current') / 1e6), ofMegabytes: Math.round(sum('total') / 1e6) };
  }
}
