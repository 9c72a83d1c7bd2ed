// The addresses of a sinkhole's network. Docker gives a bridge of its machine the first one, so they must be nobody's there.
import { randomBytes, randomInt } from 'node:crypto';

export interface SinkholeAddresses {
  /** Of IPv4 and IPv6: CIDR, what Docker may hand out, the bridge, and a gateway that nobody has. */
  readonly ipv4: { readonly subnet: string; readonly range: string; readonly bridge: string; readonly gateway: string };
  readonly ipv6: { readonly subnet: string; readonly bridge: string; readonly gateway: string };
  /** What names get: addresses that nobody has. */
  readonly names: { readonly firstAddress: string; readonly addresses: number };
}

/** Blocks of 1,024 addresses. 198.18.0.0/15 is for tests of networks (RFC 2544): no public host has one, and few private networks use it. */
const blocks = 128;

/** Another one at random each time: validations may run side by side. */
export function chooseSinkholeAddresses(
  block: number = randomInt(blocks),
  unique: string = randomBytes(5).toString('hex'),
): SinkholeAddresses {
  const third = (block * 4) % 256;
  const second = 18 + Math.floor(block / 64);
  const at = (offset: number) => `198.${second}.${third + Math.floor(offset / 256)}.${offset % 256}`;
  // A unique local prefix, RFC 4193.
  const prefix = `fd${unique.slice(0, 2)}:${unique.slice(2, 6)}:${unique.slice(6, 10)}`;
  return {
    ipv4: { subnet: `${at(0)}/22`, range: `${at(0)}/24`, bridge: at(1), gateway: at(2) },
    ipv6: { subnet: `${prefix}::/64`, bridge: `${prefix}::1`, gateway: `${prefix}::2` },
    names: { firstAddress: at(256), addresses: 700 },
  };
}
