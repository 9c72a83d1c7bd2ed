// A network of our own that leads nowhere, and the sinkhole, which owns the namespace on it that a container is to join.
// Docker's `internal` alone is not enough: it drops what leaves, so the container hangs, and what it tried is not seen.
import type { Container, ContainerCreateOptions } from 'dockerode';
import { followLog } from '../../model/docker/container-log.ts';
import { type DockerEngine, daemonText } from '../../model/docker/docker-engine.ts';
import { labelsOf, newRunId } from '../../model/docker/labels.ts';
import { unlessGone, unlessInUse } from '../../model/docker/leftovers.ts';
import { modelHostname } from '../../model/docker/model-container.ts';
import { pause } from '../../model/readiness.ts';
import { NotDecided, type ProbeContext } from '../evidence.ts';
import { chooseSinkholeAddresses, type SinkholeAddresses } from '../sinkhole/sinkhole-addresses.ts';
import { sinkholeCommand } from '../sinkhole/sinkhole-command.ts';
import { parseSinkholeLines, type SinkholeLine } from '../sinkhole/sinkhole-lines.ts';

export interface Sinkhole extends AsyncDisposable {
  /** Of the container whose network namespace is to be joined. */
  readonly containerId: string;
  /** The kernel shows connection tracking: datagrams are seen, too, and attempts that were refused at once. */
  readonly tracks: boolean;
  readonly seesIpv6: boolean;
  /** Looks for a last time, ends, and gives all it has seen. Rejects with NotDecided where its record is not whole. */
  finish(): Promise<readonly SinkholeLine[]>;
}

const memoryBytes = 256 * 1024 * 1024;
const readyTimeoutMs = 15_000;
const finishTimeoutMs = 5_000;
const pollMs = 20;
const linesKeptMax = 6_000;
/** Blocks of addresses that other networks of this Docker may have. */
const networksMax = 5;
/** An unanswered question for a neighbour is repeated twice: 3 x 50 ms until EHOSTUNREACH, instead of 3 s. */
const neighbourRetryMs = { refuses: 50, drops: 60_000 };

/** What becomes of a connection: an error after some 0.2 s, or nothing for minutes. */
export type SinkholeKind = keyof typeof neighbourRetryMs;

type Context = Pick<ProbeContext, 'engine' | 'options' | 'containers' | 'log' | 'signal'>;

/** Dispose of it when the container that joined it is gone. Rejects with NotDecided where no such network can be made here. */
export async function openSinkhole(context: Context, sinkhole: SinkholeKind = 'refuses'): Promise<Sinkhole> {
  const attempts: string[] = [];
  // Newer daemons give no gateway on an internal network; with one that nobody has, the other kind leads nowhere either.
  for (const internal of [true, false]) {
    for (const ipv6 of [true, false]) {
      const opened = await tryToOpen(context, { internal, ipv6, retryMs: neighbourRetryMs[sinkhole] });
      if (typeof opened !== 'string') return opened;
      attempts.push(opened);
    }
  }
  throw new NotDecided(`a network that leads nowhere cannot be made with this Docker: ${attempts.at(-1)}`);
}

/** The reason where it does not work. */
async function tryToOpen(context: Context, kind: { internal: boolean; ipv6: boolean; retryMs: number }): Promise<Sinkhole | string> {
  const { engine, containers, options, log, signal } = context;
  const { docker } = engine;
  const network = await createNetwork(engine, { runId: containers.runId, ...kind });
  if (typeof network === 'string') return network;
  let container: Container | null = null;
  const remove = async () => {
    if (container !== null) await unlessGone(() => (container as Container).remove({ force: true, v: true }));
    await unlessInUse(() => docker.getNetwork(network.id).remove());
  };
  try {
    container = await docker.createContainer(
      createOptions({ runId: containers.runId, image: options.relayImage, ipv6: kind.ipv6, retryMs: kind.retryMs, ...network }),
    );
    const { id } = container;
    try {
      await container.start();
    } catch (error) {
      await remove();
      return daemonText(error);
    }
    const written = await followLog(container, log, linesKeptMax);
    const find = (wanted: SinkholeLine['kind']) => parseSinkholeLines(written.lines()).find(({ kind }) => kind === wanted);
    await waitFor(() => find('ready') !== undefined, readyTimeoutMs, signal);
    const ready = find('ready');
    const obstacle = obstacleOf(ready, network.addresses, written.lines());
    if (obstacle !== null || ready?.kind !== 'ready') {
      written.close();
      await remove();
      return obstacle ?? 'it does not start';
    }
    return {
      ...{ containerId: id, tracks: ready.tracks, seesIpv6: kind.ipv6 },
      async finish() {
        await unlessGone(() => docker.getContainer(id).kill({ signal: 'SIGTERM' }));
        await waitFor(() => find('end') !== undefined, finishTimeoutMs, signal);
        const lines = parseSinkholeLines(written.lines());
        if (!lines.some(({ kind }) => kind === 'end')) throw new NotDecided('the sinkhole did not finish its record');
        return lines;
      },
      async [Symbol.asyncDispose]() {
        written.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Fail closed: a network that leads elsewhere, or names that are not recorded, would make a clean report of a container that calls home. */
function obstacleOf(ready: SinkholeLine | undefined, { ipv4 }: SinkholeAddresses, written: readonly string[]): string | null {
  if (ready?.kind !== 'ready') return `the sinkhole does not start (${written.at(-1) ?? 'it printed nothing'})`;
  if (ready.gateway !== ipv4.gateway) return `the network has the gateway ${ready.gateway ?? '(none)'}, and not the one it was given`;
  return ready.resolves ? null : 'names are not resolved by the sinkhole';
}

interface Network {
  readonly id: string;
  readonly addresses: SinkholeAddresses;
}

async function createNetwork(
  { docker }: DockerEngine,
  { runId, internal, ipv6 }: { readonly runId: string; readonly internal: boolean; readonly ipv6: boolean },
): Promise<Network | string> {
  let reason = '';
  for (let attempt = 0; attempt < networksMax; attempt += 1) {
    const addresses = chooseSinkholeAddresses();
    const { ipv4, ipv6: six } = addresses;
    // Docker's own names for the gateway that containers get, where that is not the bridge.
    const configs = [
      { Subnet: ipv4.subnet, IPRange: ipv4.range, Gateway: ipv4.bridge, AuxiliaryAddresses: { DefaultGatewayIPv4: ipv4.gateway } },
      ...(ipv6 ? [{ Subnet: six.subnet, Gateway: six.bridge, AuxiliaryAddresses: { DefaultGatewayIPv6: six.gateway } }] : []),
    ];
    try {
      const { id } = await docker.createNetwork({
        ...{ Name: `airlock-${runId}-sinkhole-${newRunId().slice(0, 6)}`, Driver: 'bridge' },
        ...{ Internal: internal, EnableIPv6: ipv6, Labels: labelsOf(runId, 'network') },
        Options: { 'com.docker.network.bridge.enable_ip_masquerade': 'false' },
        IPAM: { Driver: 'default', Config: configs as never[] },
      });
      return { id, addresses };
    } catch (error) {
      reason = daemonText(error);
      if (!/overlap/i.test(reason)) return reason;
    }
  }
  return reason;
}

interface SinkholeWish extends Network {
  readonly runId: string;
  readonly image: string;
  readonly ipv6: boolean;
  readonly retryMs: number;
}

function createOptions({ runId, image, id, addresses, ipv6, retryMs }: SinkholeWish): ContainerCreateOptions {
  const [entrypoint = 'node', ...command] = sinkholeCommand(addresses.names);
  const retry = String(retryMs);
  return {
    name: `airlock-${runId}-sinkhole-${id.slice(0, 6)}`,
    Image: image,
    Entrypoint: [entrypoint],
    Cmd: command,
    // Root without capabilities: /etc/resolv.conf, which whoever joins shares, and the kernel's table of connections are root's.
    User: '0:0',
    Hostname: modelHostname,
    Labels: labelsOf(runId, 'sinkhole'),
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      NetworkMode: id,
      Sysctls: {
        'net.ipv4.ip_unprivileged_port_start': '0',
        'net.ipv4.neigh.eth0.retrans_time_ms': retry,
        ...(ipv6 && { 'net.ipv6.neigh.eth0.retrans_time_ms': retry, 'net.ipv6.conf.eth0.accept_dad': '0' }),
      },
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      ...{ Memory: memoryBytes, MemorySwap: memoryBytes, PidsLimit: 64 },
      RestartPolicy: { Name: 'no' },
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m' } },
    },
  };
}

async function waitFor(isSo: () => boolean, timeoutMs: number, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!isSo() && performance.now() < deadline) {
    signal.throwIfAborted();
    await pause(pollMs, signal);
  }
}
