// What the demo sends to /request: the 1,000 sample records, or what a stand-in's contract knows an answer to.
import { readFile } from 'node:fs/promises';
import { packageFile } from '../package-files.ts';
import type { Airlock } from '../start.ts';

export interface Sample {
  readonly contentType: string;
  readonly body: Buffer;
  /** Of a contract: a stand-in answers what its contract has, not the 1,000 records. */
  readonly ofContract: boolean;
}

/** A stand-in whose contract has no example is sent the 1,000 records, and says what differs. */
export async function sampleFor(models: Airlock['models']): Promise<Sample> {
  const [model] = models.values();
  if (model?.standIn?.example) return { ...model.standIn.example, ofContract: true };
  return { contentType: 'application/json', body: await readFile(packageFile('model-stub/samples/people.json')), ofContract: false };
}

/** Null for types other than JSON: how they count is the request function's matter. */
export function recordsIn({ contentType, body }: Sample): number | null {
  if (!/^application\/json\s*(;|$)/i.test(contentType)) return null;
  return (JSON.parse(body.toString()) as { records: unknown[] }).records.length;
}
