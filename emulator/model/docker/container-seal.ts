// Proves that a container is sealed: from what the daemon says of it, and from what its network namespace looks like from inside.
import type { ContainerInspectInfo } from 'dockerode';
import { findWayOut, type NetworkNamespace } from '../relay/relay.ts';

/** Null where the container reaches no network and nothing of its host; else the reason why it may. */
export function findContainerLeak(info: ContainerInspectInfo, namespace: NetworkNamespace): string | null {
  return findSharing(info) ?? findMount(info) ?? findWayOut(namespace);
}

function findSharing({ HostConfig: config, NetworkSettings: settings }: ContainerInspectInfo): string | null {
  if (config.NetworkMode !== 'none') return `its network mode is ${config.NetworkMode}`;
  const networks = Object.keys(settings.Networks ?? {}).filter((name) => name !== 'none');
  if (networks.length > 0) return `it is on the network ${networks.join(', ')}`;
  if (config.Privileged) return 'it is privileged';
  if ((config.CapAdd ?? []).length > 0) return `it has capabilities added (${config.CapAdd?.join(', ')})`;
  if ((config.Devices ?? []).length > 0) return 'it has devices of its host';
  const shared = [config.PidMode, config.IpcMode, config.UTSMode, config.UsernsMode].find((mode) => /^(host|container:)/.test(mode ?? ''));
  return shared === undefined ? null : 'it shares a namespace with its host or another container';
}

/** Volumes of the image and the artifact are its own; a directory of the host may hold a socket that leads out, such as Docker's. */
function findMount({ Mounts: mounts }: ContainerInspectInfo): string | null {
  const ofHost = mounts.find(({ Type: type }) => type !== 'volume' && type !== 'tmpfs');
  return ofHost === undefined ? null : `it sees ${ofHost.Source} of its host`;
}
