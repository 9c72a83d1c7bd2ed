// DNS as far as a sinkhole speaks it: every name has an address, at which nobody is. Format: RFC 1035, section 4.

export interface DnsAnswer {
  /** Lower case, without the last dot. */
  readonly name: string;
  readonly reply: Buffer;
}

const typeA = 1;
const headerBytes = 12;
const flagsAnswered = 0x8180;

/** Null for what is no question. `addressOf`: four bytes; other types than A exist, too, without a record. */
export function answerDns(question: Buffer, addressOf: (name: string) => Buffer): DnsAnswer | null {
  if (question.length < headerBytes || question.readUInt16BE(4) !== 1 || (question.readUInt16BE(2) & 0x8000) !== 0) return null;
  const labels: string[] = [];
  let at = headerBytes;
  for (;;) {
    const length = question[at];
    if (length === undefined || length > 63 || at + 1 + length > question.length) return null;
    at += 1;
    if (length === 0) break;
    labels.push(question.toString('latin1', at, at + length));
    at += length;
  }
  if (at + 4 > question.length) return null;
  const name = labels.join('.').toLowerCase();
  const isA = question.readUInt16BE(at) === typeA;
  const header = Buffer.alloc(headerBytes);
  question.copy(header, 0, 0, 2);
  header.writeUInt16BE(flagsAnswered, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(isA ? 1 : 0, 6);
  const parts = [header, question.subarray(headerBytes, at + 4)];
  // A pointer to the question's name, type A, class IN, one second.
  if (isA) parts.push(Buffer.from([0xc0, headerBytes, 0, typeA, 0, 1, 0, 0, 0, 1, 0, 4]), addressOf(name));
  return { name, reply: Buffer.concat(parts) };
}
