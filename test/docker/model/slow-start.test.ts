import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { closing } from '../../flow/model/model-fixture.ts';
import { buildTestImage } from '../../images/build-image.ts';
import { hasDocker, startModel } from './docker-fixture.ts';

interface LogLine {
  readonly msg: string;
  readonly seconds?: number;
  readonly ping?: string;
}

describe.skipIf(!hasDocker)('a model that is slow to start', () => {
  it('is told of again and again until it serves, and then no more', async () => {
    const lines: LogLine[] = [];
    const log = pino({ level: 'info' }, { write: (line) => void lines.push(JSON.parse(line)) });
    const image = await buildTestImage('ping-503');
    const waiting = () => lines.filter(({ msg }) => msg === 'waiting for the model');
    const environment = { PING_503_SECONDS: '2' };
    await using running = closing(await startModel(image, { environment, log, slowStartEveryMs: 300 }));
    expect(running.model.state).toBe('inService');
    const told = waiting();
    expect(told.length).toBeGreaterThanOrEqual(3);
    expect(told.at(-1)).toMatchObject({ seconds: expect.any(Number), ping: '/ping answers 503' });
    // Time for another line, if there were one to come.
    const silentUntil = performance.now() + 400;
    while (performance.now() < silentUntil) await running.model.request({ method: 'GET', path: '/ping', headers: {}, timeoutMs: 5_000 });
    expect(waiting()).toEqual(told);
  });

  it('is not told of in its first second, where nobody says otherwise', async () => {
    const lines: LogLine[] = [];
    const log = pino({ level: 'info' }, { write: (line) => void lines.push(JSON.parse(line)) });
    await startModel(await buildTestImage('ping-503'), { log, startupTimeoutMs: 1_000 }).catch(() => {});
    expect(lines.filter(({ msg }) => msg === 'waiting for the model')).toEqual([]);
  });
});
