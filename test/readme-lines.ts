// The lines of the README that a newcomer pastes: taken from the document itself, so that a test runs what people run.
import { readFileSync } from 'node:fs';

export interface ReadmePorts {
  readonly api: number;
  readonly aws: number;
}

/** The block that calls the API, for sh, with the ports of this run. */
export function readmeCurlLines({ api, aws }: ReadmePorts): string {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const block = [...readme.matchAll(/```sh\n([^`]*)```/g)].map(([, text = '']) => text).find((text) => text.includes('TOKEN=$(curl'));
  if (block === undefined) throw new Error('README.md has no block of curl lines');
  return block.replaceAll(':3000/', `:${api}/`).replaceAll(':4570/', `:${aws}/`);
}
