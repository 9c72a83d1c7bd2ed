// How long from `docker compose up`, images present, to the first answered request; and what of it LocalStack takes alone.
//   node test/bench/compose.ts [runs]
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { composeProject, run } from '../docker/compose/compose-project.ts';
import { hasAirlockImages } from '../images/airlock-images.ts';
import { readmeCurlLines } from '../readme-lines.ts';

const limitMs = 15_000;
const runs = Number(process.argv[2] ?? 3);

/** Polls every 20 ms until `isThere`; milliseconds since `beganAt`. */
async function timeUntil(beganAt: number, isThere: () => Promise<boolean>): Promise<number> {
  while (!(await isThere().catch(() => false))) await new Promise((resolve) => setTimeout(resolve, 20));
  return Math.round(performance.now() - beganAt);
}

async function measure(): Promise<{ readonly localStackMs: number; readonly firstAnswerMs: number }> {
  await using project = await composeProject();
  const beganAt = performance.now();
  const up = project.compose('up', '--detach');
  const localStack = timeUntil(beganAt, async () => {
    const response = await fetch(`http://127.0.0.1:${project.ports.localStack}/_localstack/health`);
    return ((await response.json()) as { services: { s3: string } }).services.s3 === 'running';
  });
  // The README's lines: a token, then one record through authorizer, function, model and LocalStack.
  const firstAnswer = timeUntil(beganAt, async () => {
    if (!existsSync(join(project.directory, '.airlock/credentials'))) return false;
    const { stdout } = await run('sh', ['-c', readmeCurlLines(project.ports)], {}, project.directory);
    return stdout.includes('"requestId"') && stdout.includes('"bucket"');
  });
  const { exitCode, stderr } = await up;
  if (exitCode !== 0) throw new Error(stderr);
  return { localStackMs: await localStack, firstAnswerMs: await firstAnswer };
}

if (!hasAirlockImages) process.exit(3);
for (let number = 1; number <= runs; number += 1) {
  const { localStackMs, firstAnswerMs } = await measure();
  if (firstAnswerMs >= limitMs) process.exitCode = 1;
  const verdict = firstAnswerMs < limitMs ? 'within' : 'OVER';
  process.stdout.write(
    `run ${number}: LocalStack's S3 after ${localStackMs} ms, first request answered after ${firstAnswerMs} ms, ${verdict} the limit of ${limitMs} ms\n`,
  );
}
