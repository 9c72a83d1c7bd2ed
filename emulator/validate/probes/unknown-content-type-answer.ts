// POST /invocations with a content type that no container knows.
import type { Probe } from '../evidence.ts';
import { type Invoked, invoke } from '../invoke.ts';
import { spareContainer } from './spare-container.ts';

/** Ours: refusing takes no inference. */
const timeoutMs = 20_000;

export const unknownContentTypeAnswer: Probe<Invoked> = {
  title: 'asking with an unknown content type',
  async run({ evidence, signal }) {
    const spare = await evidence.of(spareContainer);
    const headers = { 'content-type': 'application/x-airlock-unknown', accept: '*/*' };
    return spare.use(({ channel }) => invoke(channel, { headers, body: Buffer.from('airlock\n'), timeoutMs, signal }));
  },
};
