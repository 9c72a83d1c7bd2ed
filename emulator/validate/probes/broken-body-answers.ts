// Malformed and empty bodies in each content type of the samples, and whether the container outlived them.
import { type BrokenBody, brokenBodies } from '../broken-bodies.ts';
import { NotDecided, type Probe } from '../evidence.ts';
import { type Invoked, invoke } from '../invoke.ts';
import { mediaTypeOf } from '../sample-records.ts';
import { samples } from '../samples.ts';
import { pingOnce } from './sealed-run.ts';
import { spareContainer } from './spare-container.ts';

export interface BrokenBodyAnswer extends Omit<BrokenBody, 'body'> {
  readonly contentType: string;
  readonly invoked: Invoked;
}

export interface BrokenBodyAnswers {
  readonly answers: readonly BrokenBodyAnswer[];
  /** Of the container after it: null where it runs. */
  readonly exitCode: number | null;
  /** /ping after all of them, or why there was no answer. */
  readonly ping: number | string;
  readonly logTail: readonly string[];
}

/** Ours: refusing takes no inference. */
const timeoutMs = 20_000;
const contentTypesMax = 5;
const contentTypeWithoutSamples = 'application/json';
/** Ours: one that hangs is not asked all of it. */
const hangsMax = 2;
const logTailLines = 15;

export const brokenBodyAnswers: Probe<BrokenBodyAnswers> = {
  title: 'asking with malformed bodies',
  async run({ evidence, signal }) {
    const types = await contentTypes(evidence.of(samples));
    const spare = await evidence.of(spareContainer);
    return spare.use(async (container) => {
      const answers: BrokenBodyAnswer[] = [];
      for (const contentType of types) {
        for (const { body, ...about } of brokenBodies(contentType)) {
          if (container.exit() !== null || hangs(answers) === hangsMax) break;
          const headers = { 'content-type': contentType, accept: '*/*' };
          answers.push({ ...about, contentType, invoked: await invoke(container.channel, { headers, body, timeoutMs, signal }) });
        }
      }
      const { result } = await pingOnce(container.channel, signal);
      const logTail = container.logLines().slice(-logTailLines);
      return { answers, exitCode: container.exit()?.code ?? null, ping: result, logTail };
    });
  },
};

function hangs(answers: readonly BrokenBodyAnswer[]): number {
  return answers.filter(({ invoked }) => invoked.kind === 'failed' && invoked.reason === 'timedOut').length;
}

async function contentTypes(given: Promise<readonly { readonly contentType: string }[]>): Promise<readonly string[]> {
  const all = await given.catch((error: unknown) => {
    if (error instanceof NotDecided) return [{ contentType: contentTypeWithoutSamples }];
    throw error;
  });
  return [...new Set(all.map(({ contentType }) => mediaTypeOf(contentType)))].slice(0, contentTypesMax);
}
