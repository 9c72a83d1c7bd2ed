// Pact's verifier unpacks an answer before it compares it, without a limit: what would grow beyond ours does not get there.
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';
import { ContractError } from '../contract-error.ts';
import { bodyBytesMax, type ProviderAnswer } from './provider.ts';

/** By Content-Encoding; one that is not here stays packed. */
const unpackers = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
} as const;

/** @throws ContractError VERIFICATION_FAILED where it is too large; what cannot be unpacked is for the comparison to say */
export async function checkUnpackedSize({ headers, body }: ProviderAnswer): Promise<void> {
  const encodings = String(headers['content-encoding'] ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  const [, unpack] = Object.entries(unpackers).find(([name]) => encodings.includes(name)) ?? [];
  if (unpack === undefined || body.length === 0) return;
  try {
    await unpack(body, { maxOutputLength: bodyBytesMax });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') return;
    const message = `The provider's answer is larger than ${bodyBytesMax} bytes when it is unpacked.`;
    throw new ContractError('VERIFICATION_FAILED', message, 'Its own log says why.', { cause });
  }
}
