import { describe, expect, it } from 'vitest';
import { judgeListening } from '../../../../emulator/validate/checks/listens-on-8080.ts';
import { judgePorts } from '../../../../emulator/validate/checks/no-other-ports.ts';

const everywhere = { onLoopback: true, beyondLoopback: true };
const loopback = { onLoopback: true, beyondLoopback: false };

describe('listens-on-8080', () => {
  it.each([
    ['all interfaces', [{ port: 8080, ...everywhere }], 'passed'],
    [
      'all interfaces, beside others',
      [
        { port: 22, ...loopback },
        { port: 8080, ...everywhere },
      ],
      'passed',
    ],
    ['loopback only', [{ port: 8080, ...loopback }], 'failed'],
    ['another port', [{ port: 9090, ...everywhere }], 'failed'],
    ['nothing', [], 'failed'],
    ['what an older relay tells', [{ port: 8080, onLoopback: true }], 'notDecided'],
  ])('with %s', (_, listening, outcome) => {
    expect(judgeListening(listening).outcome).toBe(outcome);
  });

  it('names the ports that it found instead', () => {
    const listening = [80, 9090].map((port) => ({ port, ...everywhere }));
    expect(judgeListening(listening)).toEqual({ outcome: 'failed', findings: ['it listens on 80, 9090, not on 8080'] });
  });
});

describe('no-other-ports', () => {
  it.each([
    ['8080 only', [{ port: 8080, ...everywhere }], ['8080/tcp'], 'passed'],
    ['no EXPOSE', [{ port: 8080, ...everywhere }], [], 'passed'],
    ['another port on loopback', [{ port: 9090, ...loopback }], [], 'passed'],
    ['another port beyond it', [{ port: 9090, ...everywhere }], [], 'failed'],
    ['another EXPOSE', [], ['8080/tcp', '8081/tcp'], 'failed'],
    ['8080 of UDP', [], ['8080/udp'], 'failed'],
    ['what an older relay tells', [{ port: 9090, onLoopback: true }], [], 'notDecided'],
  ])('with %s', (_, listening, exposed, outcome) => {
    expect(judgePorts(listening, exposed).outcome).toBe(outcome);
  });
});
