// Fn::Cidr: cuts an address block into equal smaller ones. IPv4 and IPv6.
import { isIPv4, isIPv6 } from 'node:net';

/**
 * `count` blocks with `cidrBits` host bits each, e.g. ('10.0.0.0/16', 2, 8) -> 10.0.0.0/24, 10.0.1.0/24.
 * A string is the reason why that cannot be.
 */
export function cidrBlocks(block: string, count: number, cidrBits: number): readonly string[] | string {
  const [address = '', prefixText = ''] = block.split('/');
  const bits = isIPv4(address) ? 32 : isIPv6(address) ? 128 : 0;
  const prefix = /^\d+$/.test(prefixText) ? Number(prefixText) : Number.NaN;
  if (bits === 0 || !(prefix <= bits)) return `${JSON.stringify(block)} is no address block such as 10.0.0.0/16`;
  if (!Number.isInteger(count) || count < 1 || count > 256) return 'the count must be from 1 to 256';
  if (!Number.isInteger(cidrBits) || cidrBits < 1 || cidrBits > bits) return `the bits must be from 1 to ${bits}`;
  const size = 1n << BigInt(cidrBits);
  const blockSize = 1n << BigInt(bits - prefix);
  if (size * BigInt(count) > blockSize) return `${count} blocks of ${cidrBits} bits do not fit into ${block}`;
  const number = bits === 32 ? ipv4Number(address) : ipv6Number(address);
  const first = number - (number % blockSize);
  return Array.from({ length: count }, (_, index) => {
    const start = first + size * BigInt(index);
    return `${bits === 32 ? ipv4Text(start) : ipv6Text(start)}/${bits - cidrBits}`;
  });
}

function ipv4Number(address: string): bigint {
  return address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function ipv4Text(number: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (number >> shift) & 255n).join('.');
}

function ipv6Number(address: string): bigint {
  const [head = '', tail] = address.split('::');
  const headGroups = head === '' ? [] : head.split(':');
  const tailGroups = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - headGroups.length - tailGroups.length }, () => '0');
  const groups = tail === undefined ? headGroups : [...headGroups, ...zeros, ...tailGroups];
  return groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

/** Written as in RFC 5952: the longest run of zeros becomes `::`. */
function ipv6Text(number: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => ((number >> BigInt(112 - 16 * index)) & 65_535n).toString(16));
  const runs = [...groups.join(':').matchAll(/(?:^|(?<=:))0(?::0)+(?=:|$)/g)].sort((a, b) => b[0].length - a[0].length);
  const [run] = runs;
  const text = groups.join(':');
  if (run === undefined) return text;
  const before = text.slice(0, run.index).replace(/:$/, '');
  const after = text.slice(run.index + run[0].length).replace(/^:/, '');
  return `${before}::${after}`;
}
