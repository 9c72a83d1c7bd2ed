// Where the emulator listens inside its container, and the URLs of the same from outside.
import type { ReadyInfo } from '../start.ts';

export const ports = { api: 3000, aws: 4570, control: 3002 } as const;
export const portsInside: number[] = Object.values(ports);

/** For a daemon on this machine: no other machine gets in. Testcontainers' own bindings are to every address. */
export const localBindings = Object.fromEntries(portsInside.map((port) => [`${port}/tcp`, [{ HostIp: '127.0.0.1', HostPort: '0' }]]));

export interface Mapping {
  /** As testcontainers gives it: localhost, a name or an address. */
  readonly host: string;
  readonly portOf: (portInside: number) => number;
}

/** Not `localhost`: an SDK's S3 client takes path style for an address only, and the name may be IPv6 first. */
export function urlOf({ host, portOf }: Mapping, portInside: number): string {
  const name = host === 'localhost' ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${portOf(portInside)}`;
}

/** The ready file with the URLs that work out here. Of several APIs only the first has a port that is mapped: the others are left out. */
export function seenFromOutside(ready: ReadyInfo, mapping: Mapping): ReadyInfo {
  const { apiUrl, apis } = ready;
  const outside = apiUrl === null ? null : urlOf(mapping, ports.api) + new URL(apiUrl).pathname;
  const first = Object.keys(apis).find((name) => apis[name] === apiUrl);
  return {
    ...ready,
    apiUrl: outside,
    apis: first === undefined || outside === null ? {} : { [first]: outside },
    awsUrl: urlOf(mapping, ports.aws),
    controlUrl: urlOf(mapping, ports.control),
  };
}
