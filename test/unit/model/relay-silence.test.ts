import { describe, expect, it } from 'vitest';
import { describeSilence } from '../../../emulator/model/relay/model-silence.ts';

const sealed = { interfaces: ['lo'], routesOut: 0, modelRestarts: 0 };
const at = (...ports: number[]) => ({ ...sealed, listening: ports.map((port) => ({ port, onLoopback: true })) });
const refused = Object.assign(new Error('connect ECONNREFUSED /run/airlock/relay.sock'), { code: 'ECONNREFUSED' });

describe('what is said of a model behind a relay that gives no 200', () => {
  it.each([
    ['an answer', 503, at(8080), '/ping answers 503'],
    ['no answer', 'timedOut', at(8080), '/ping does not answer within 2 s'],
    ['half an answer', 'connectionLost', at(8080), '/ping breaks off its answer'],
    ['nothing', 'notReady', at(), 'nothing listens on port 8080'],
    ['nothing, though it listens', 'notReady', at(8080), 'it listens on port 8080 only since now, or accepts no connection'],
    ['another port', 'notReady', at(9090), 'nothing listens on port 8080; it listens on 9090'],
    ['several ports', 'notReady', at(9090, 9091), 'nothing listens on port 8080; it listens on 9090, 9091'],
    ['another address', null, { ...sealed, listening: [{ port: 8080, onLoopback: false }] }, 'of another address than 127.0.0.1'],
    ['one restart', 'notReady', { ...at(), modelRestarts: 1 }, 'the model ended and was started again, once so far'],
    ['a crash loop', 'notReady', { ...at(), modelRestarts: 7 }, 'the model ended and was started again, 7 times so far'],
    ['a relay that ended', 'notReady', refused, 'the relay has ended (connect ECONNREFUSED /run/airlock/relay.sock)'],
    ['a silent relay', 'notReady', new Error('It was aborted'), 'the relay does not answer (It was aborted)'],
  ] as const)('after %s', (_, lastPing, found, why) => {
    expect(describeSilence(lastPing, found).why).toContain(why);
  });

  it('says where to look and how to go on', () => {
    expect(describeSilence('notReady', at()).whatToDo).toContain('docker compose logs model');
    expect(describeSilence('notReady', at(9090)).whatToDo).toContain('Let it listen on 0.0.0.0:8080');
    expect(describeSilence('notReady', refused).whatToDo).toContain('docker compose logs model relay; then docker compose up -d');
    expect(describeSilence('notReady', { ...at(), modelRestarts: 2 }).whatToDo).toContain('docker compose up -d');
  });
});
