// What a container tries to reach is seen, from its first moment, and nothing of the network it was seen on stays behind.
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { beforeAll, describe, expect, it } from 'vitest';
import { connectDocker } from '../../../emulator/model/docker/docker-engine.ts';
import { labelsOf, newRunId } from '../../../emulator/model/docker/labels.ts';
import { removeLeftovers } from '../../../emulator/model/docker/leftovers.ts';
import { isolatedLatency } from '../../../emulator/validate/checks/isolated-latency.ts';
import { noEgress } from '../../../emulator/validate/checks/no-egress.ts';
import { worksIsolated } from '../../../emulator/validate/checks/works-isolated.ts';
import type { Report } from '../../../emulator/validate/report.ts';
import { validateImage } from '../../../emulator/validate/validate-image.ts';
import { silentLog } from '../../flow/model/model-fixture.ts';
import { docker, hasDocker, leftBehind, relayImage } from '../model/docker-fixture.ts';
import { buildGalleryImage, buildStub } from './gallery-images.ts';

const limitMs = 90_000;

interface Watching {
  readonly signal?: AbortSignal;
  readonly onProbe?: (title: string, isRunning: boolean) => void;
}

function validate(image: string, { signal = AbortSignal.timeout(limitMs), onProbe }: Watching = {}): Promise<Report> {
  const nothingGiven = { samples: null, packageFile: null, modelArchive: null, modelDirectory: null, memoryBytes: null, cpus: null };
  return validateImage(
    { image, ...nothingGiven, only: [], skip: [], startupTimeoutMs: 30_000, environment: {}, relayImage },
    {
      checks: [worksIsolated, noEgress, isolatedLatency],
      ...{ temporaryDirectory: tmpdir(), log: silentLog, signal, ...(onProbe && { onProbe }) },
    },
  );
}

async function leftOfUs(): Promise<string[]> {
  const networks = await docker('network', 'ls', '--filter', `label=airlock.pid=${process.pid}`, '--format', '{{.Name}}');
  return [...(await leftBehind()), ...networks.split('\n').filter(Boolean)];
}

describe.skipIf(!hasDocker)('the run on the sinkhole', { timeout: limitMs }, () => {
  let [stub, caller] = ['', ''];
  beforeAll(async () => {
    stub = await buildStub();
    caller = await buildGalleryImage('no-egress');
  }, limitMs);

  it('sees nothing of the stub, which tries to reach nothing', async () => {
    const { results, egress, invocations } = await validate(stub);
    expect(results.map(({ check, verdict }) => `${check.id} ${verdict.outcome}`)).toEqual([
      'works-isolated passed',
      expect.stringMatching(/^no-egress (passed|warned)$/),
      'isolated-latency passed',
    ]);
    expect(egress).toEqual([]);
    expect(invocations.filter(({ network }) => network === 'sinkhole').length).toBeGreaterThanOrEqual(20);
    expect(await leftOfUs()).toEqual([]);
  });

  it('sees names, TCP and metadata, and when each was tried, and does not hang', async () => {
    const { egress, durationMs, results } = await validate(caller);
    const seen = (egress ?? []).map(({ during, protocol, target }) => `${during} ${protocol} ${target}`);
    expect(seen).toEqual(
      expect.arrayContaining([
        'start dns huggingface.co',
        'start tcp huggingface.co:443',
        'start tcp 192.0.2.10:5000',
        'ping dns licence.example',
        'ping tcp licence.example:8443',
        'invocation tcp 169.254.169.254:80',
        'invocation tcp 203.0.113.7:443',
        'invocation dns statsd.example',
      ]),
    );
    const verdict = results.find(({ check }) => check.id === 'no-egress')?.verdict;
    expect(verdict).toMatchObject({
      outcome: 'failed',
      findings: expect.arrayContaining([expect.stringMatching(/the instance's metadata/)]),
    });
    expect(results.find(({ check }) => check.id === 'works-isolated')?.verdict.outcome).toBe('passed');
    expect(durationMs).toBeLessThan(60_000);
    expect(await leftOfUs()).toEqual([]);
  });

  it('sees UDP without a peer where this kernel shows connection tracking, and IPv6 where Docker makes such networks', async () => {
    const { egress, results } = await validate(caller);
    const targets = (egress ?? []).map(({ protocol, target }) => `${protocol} ${target}`);
    const [udp, ipv6] = [await showsTracking(), await makesIpv6()];
    expect(targets.includes('udp 198.51.100.5:8125')).toBe(udp);
    expect(targets.includes('udp statsd.example:8125')).toBe(udp);
    expect(targets.includes('tcp [2001:db8::7]:443')).toBe(ipv6);
    expect(results).toHaveLength(3);
  });

  it('that is given up in the middle leaves nothing', async () => {
    const givingUp = new AbortController();
    const onProbe = (title: string, isRunning: boolean) => {
      if (isRunning && /^timing requests sealed$/.test(title)) givingUp.abort(new Error('Ctrl-C'));
    };
    await expect(validate(stub, { signal: givingUp.signal, onProbe })).rejects.toThrow();
    await expect.poll(leftOfUs, { timeout: 20_000 }).toEqual([]);
  });

  it('leaves no network behind when its process was killed: the next Airlock removes it', async () => {
    const engine = await connectDocker();
    let id = '';
    try {
      const gone = { ...labelsOf(newRunId(), 'network'), 'airlock.pid': String(spawnSync('true').pid), 'airlock.started': '1' };
      const labels = Object.entries(gone).flatMap(([name, value]) => ['--label', `${name}=${value}`]);
      id = await docker('network', 'create', '--internal', ...labels, `airlock-test-${newRunId()}`);
      await removeLeftovers(engine.docker, silentLog);
      expect(await docker('network', 'ls', '--quiet', '--no-trunc', '--filter', `id=${id}`)).toBe('');
    } finally {
      await docker('network', 'rm', id).catch(() => 'gone, as it should be');
      engine.disconnect();
    }
  });
});

async function showsTracking(): Promise<boolean> {
  return (await docker('run', '--rm', '--network', 'none', relayImage, 'ls', '/proc/net')).split('\n').includes('nf_conntrack');
}

/** As the sinkhole asks for it. */
async function makesIpv6(): Promise<boolean> {
  const name = `airlock-test-${newRunId()}`;
  try {
    await docker('network', 'create', '--internal', '--ipv6', '--subnet', 'fd5a:11:22::/64', name);
    await docker('run', '--rm', '--network', name, '--sysctl', 'net.ipv6.conf.eth0.accept_dad=0', relayImage, 'true');
    return true;
  } catch {
    // Whatever the reason is, the sinkhole had it, too.
    return false;
  } finally {
    await docker('network', 'rm', name).catch(() => '');
  }
}
