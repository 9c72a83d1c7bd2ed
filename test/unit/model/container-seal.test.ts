import type { ContainerInspectInfo } from 'dockerode';
import { describe, expect, it } from 'vitest';
import { findContainerLeak } from '../../../emulator/model/docker/container-seal.ts';

const volume = { Type: 'volume', Source: '/var/lib/docker/volumes/artifact/_data' };
const sealedNamespace = { interfaces: ['lo'], routesOut: 0, listening: [] };

/** What the daemon says of a sealed container, but for this. */
function inspected(config: object = {}, more: object = {}): ContainerInspectInfo {
  const sealed = {
    NetworkMode: 'none',
    Privileged: false,
    CapAdd: null,
    Devices: [],
    PidMode: '',
    IpcMode: 'private',
    UTSMode: '',
    UsernsMode: '',
  };
  const parts = { HostConfig: { ...sealed, ...config }, NetworkSettings: { Networks: { none: {} } }, Mounts: [volume], ...more };
  return parts as unknown as ContainerInspectInfo;
}

describe('a container', () => {
  it('with nothing but its own volume and lo has no leak', () => {
    expect(findContainerLeak(inspected(), sealedNamespace)).toBeNull();
    expect(findContainerLeak(inspected({ CapAdd: [], UsernsMode: 'private' }, { NetworkSettings: {} }), sealedNamespace)).toBeNull();
  });

  it.each([
    ['its network mode is host', { NetworkMode: 'host' }],
    ['its network mode is container:1234', { NetworkMode: 'container:1234' }],
    ['it is privileged', { Privileged: true }],
    ['it has capabilities added (NET_ADMIN, NET_RAW)', { CapAdd: ['NET_ADMIN', 'NET_RAW'] }],
    ['it has devices of its host', { Devices: [{ PathOnHost: '/dev/net/tun' }] }],
    ['it shares a namespace with its host or another container', { PidMode: 'host' }],
    ['it shares a namespace with its host or another container', { IpcMode: 'container:1234' }],
    ['it shares a namespace with its host or another container', { UTSMode: 'host' }],
    ['it shares a namespace with its host or another container', { UsernsMode: 'host' }],
  ])('leaks where %s (%j)', (reason, config) => {
    expect(findContainerLeak(inspected(config), sealedNamespace)).toBe(reason);
  });

  it('leaks where it was connected to a network later, or sees a directory or a socket of its host', () => {
    const connected = { NetworkSettings: { Networks: { none: {}, office: {} } } };
    expect(findContainerLeak(inspected({}, connected), sealedNamespace)).toBe('it is on the network office');
    const socket = { Mounts: [volume, { Type: 'bind', Source: '/var/run/docker.sock' }] };
    expect(findContainerLeak(inspected({}, socket), sealedNamespace)).toBe('it sees /var/run/docker.sock of its host');
  });

  it('leaks where its namespace does, whatever the daemon says', () => {
    const seen = (more: object) => findContainerLeak(inspected(), { ...sealedNamespace, ...more });
    expect(seen({ interfaces: ['lo', 'eth0'] })).toBe('its network namespace has the interface eth0');
    expect(seen({ routesOut: 2 })).toBe('its network namespace has 2 routes out');
  });
});
