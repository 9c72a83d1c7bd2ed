// Takes the aws-chunked framing off a body and verifies what the framing carries: chunk signatures, trailing checksum.
// Chunks of any size are accepted: the JS SDK sends its stream's own reads.
import { createHash, type Hash } from 'node:crypto';
import { Transform } from 'node:stream';
import { chunkSignature, type SignatureSeed, trailerSignature } from '../iam/chunk-signature.ts';
import { sameSignature } from '../iam/signing-key.ts';
import { type Checksum, type ChecksumAlgorithm, checksumHeaderName, createChecksum, isChecksumValue } from './checksum.ts';
import { type AwsFault, AwsFaultError } from './fault.ts';
import { s3PayloadFaults } from './s3-payload-faults.ts';

export interface AwsChunkedOptions {
  /** x-amz-decoded-content-length. */
  readonly decodedBytes: number;
  /** Present for the signed modes: each chunk must then carry a signature. */
  readonly seed: SignatureSeed | null;
  /** The checksum announced in x-amz-trailer. */
  readonly trailer: ChecksumAlgorithm | null;
}

/** Ours: bytes of one size line, and of all trailers together. */
const sizeLineBytesMax = 256;
const trailerBytesMax = 8_192;
const newLine = 0x0a;

/** Recognised by either signal: clients exist that send only one (localstack #9999). The hash of a presigned request is not in its headers. */
export function isAwsChunked(
  headers: ReadonlyMap<string, string>,
  payloadHash: string = headers.get('x-amz-content-sha256') ?? '',
): boolean {
  const codings = (headers.get('content-encoding') ?? '').split(',');
  return payloadHash.startsWith('STREAMING-') || codings.some((coding) => coding.trim() === 'aws-chunked');
}

/** Emits the decoded bytes. Destroys itself with an AwsFaultError when anything is wrong, before it ends. */
export function createAwsChunkedDecoder(options: AwsChunkedOptions): Transform {
  const decoder = new Decoder(options);
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      const fault = decoder.write(piece, (data) => this.push(data));
      done(fault ? new AwsFaultError(fault) : null);
    },
    flush(done) {
      const fault = decoder.end();
      done(fault ? new AwsFaultError(fault) : null);
    },
  });
}

class Decoder {
  readonly #options: AwsChunkedOptions;
  readonly #checksum: Checksum | null;
  #state: 'size' | 'data' | 'dataEnd' | 'trailer' = 'size';
  /** What has arrived of a line (or of the trailers) that is not complete yet; latin1. */
  #text = '';
  #remaining = 0;
  #decoded = 0;
  #chunkHash: Hash | null = null;
  #chunkSignature = '';
  #previousSignature: string;
  #fault: AwsFault | null = null;

  constructor(options: AwsChunkedOptions) {
    this.#options = options;
    this.#checksum = options.trailer ? createChecksum(options.trailer) : null;
    this.#previousSignature = options.seed?.signature ?? '';
  }

  /** Null while all is well; after a fault the same fault again, for pieces that were already on their way. */
  write(piece: Buffer, emit: (data: Buffer) => void): AwsFault | null {
    this.#fault ??= this.#decode(piece, emit);
    return this.#fault;
  }

  end(): AwsFault | null {
    if (this.#fault) return this.#fault;
    if (this.#state !== 'trailer') return s3PayloadFaults.brokenFraming();
    if (this.#decoded !== this.#options.decodedBytes) return s3PayloadFaults.incompleteBody();
    return this.#verifyTrailers(this.#text.split(/\r?\n/).filter((line) => line.replace('\r', '') !== ''));
  }

  #decode(piece: Buffer, emit: (data: Buffer) => void): AwsFault | null {
    let position = 0;
    while (position < piece.length) {
      if (this.#state === 'data') {
        const data = piece.subarray(position, position + this.#remaining);
        position += data.length;
        this.#remaining -= data.length;
        this.#chunkHash?.update(data);
        this.#checksum?.update(data);
        emit(data);
        if (this.#remaining > 0) continue;
        const wrong = this.#verifyChunk();
        if (wrong) return wrong;
        this.#state = 'dataEnd';
      } else if (this.#state === 'trailer') {
        this.#text += piece.toString('latin1', position);
        return this.#text.length > trailerBytesMax ? s3PayloadFaults.malformedTrailer() : null;
      } else {
        const end = piece.indexOf(newLine, position);
        this.#text += piece.toString('latin1', position, end < 0 ? piece.length : end);
        if (this.#text.length > sizeLineBytesMax) return s3PayloadFaults.brokenFraming();
        if (end < 0) return null;
        position = end + 1;
        const line = this.#text.replace(/\r$/, '');
        this.#text = '';
        const wrong = this.#state === 'size' ? this.#beginChunk(line) : this.#endData(line);
        if (wrong) return wrong;
      }
    }
    return null;
  }

  #beginChunk(line: string): AwsFault | null {
    const match = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line);
    if (!match?.[1]) return s3PayloadFaults.brokenFraming();
    this.#remaining = Number.parseInt(match[1], 16);
    this.#decoded += this.#remaining;
    if (this.#decoded > this.#options.decodedBytes) return s3PayloadFaults.incompleteBody();
    this.#chunkSignature = match[2] ?? '';
    this.#chunkHash = this.#options.seed ? createHash('sha256') : null;
    this.#state = this.#remaining > 0 ? 'data' : 'trailer';
    return this.#remaining > 0 ? null : this.#verifyChunk();
  }

  #endData(line: string): AwsFault | null {
    this.#state = 'size';
    return line === '' ? null : s3PayloadFaults.brokenFraming();
  }

  #verifyChunk(): AwsFault | null {
    const { seed } = this.#options;
    if (!seed || !this.#chunkHash) return null;
    const expected = chunkSignature(seed, this.#previousSignature, this.#chunkHash.digest('hex'));
    this.#previousSignature = expected;
    return sameSignature(expected, this.#chunkSignature) ? null : s3PayloadFaults.wrongChunkSignature();
  }

  #verifyTrailers(lines: readonly string[]): AwsFault | null {
    const { seed, trailer } = this.#options;
    const signatureLine = /^x-amz-trailer-signature:\s*([0-9a-f]{64})\s*$/i;
    const signature = lines.map((line) => signatureLine.exec(line)?.[1]).find((value) => value !== undefined);
    const trailers = lines.filter((line) => !signatureLine.test(line)).map((line) => line.trim());
    if (trailer === null) return lines.length === 0 ? null : s3PayloadFaults.malformedTrailer();
    const name = checksumHeaderName(trailer);
    const [only, ...more] = trailers;
    const colon = only?.indexOf(':') ?? -1;
    if (only === undefined || more.length > 0 || colon < 0 || only.slice(0, colon).toLowerCase() !== name) {
      return s3PayloadFaults.malformedTrailer();
    }
    const value = only.slice(colon + 1).trim();
    if (seed) {
      const expected = trailerSignature(seed, this.#previousSignature, [`${name}:${value}`]);
      if (!sameSignature(expected, signature ?? '')) return s3PayloadFaults.wrongChunkSignature();
    } else if (signature !== undefined) {
      return s3PayloadFaults.malformedTrailer();
    }
    if (!isChecksumValue(trailer, value)) return s3PayloadFaults.invalidTrailer(name);
    return this.#checksum?.digestBase64() === value ? null : s3PayloadFaults.badChecksum(trailer);
  }
}
