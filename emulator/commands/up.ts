// `airlock up`: start everything, print the URLs and three curl lines that work as printed, serve until Ctrl-C.
import { styleText } from 'node:util';
import { resolveCommandLine } from '../config.ts';
import { stageUrls } from '../gateway/stage-urls.ts';
import { createLog } from '../log.ts';
import type { Airlock } from '../start.ts';
import { startUnlessInterrupted, watchSignals } from './signals.ts';

/** Resolves to the exit code when everything has ended. */
export async function runUp(flags: Readonly<Record<string, unknown>>): Promise<number> {
  const options = resolveCommandLine(flags, process.env);
  const interruption = watchSignals(process.env);
  const airlock = await startUnlessInterrupted(options, { log: createLog(options.logLevel), beganAtMs: 0 }, interruption);
  if ('exitCode' in airlock) return airlock.exitCode;
  process.stdout.write(describe(airlock, options.credentialsFile));
  const { by, exitCode } = await interruption.received;
  await airlock.close();
  // Who asks a server to end (docker stop, kill) gets the 0 of one that has served.
  return by === 'SIGINT' ? exitCode : 0;
}

function describe(airlock: Airlock, credentialsFile: string | null): string {
  const dim = (text: string) => styleText('dim', text, { stream: process.stdout, validateStream: true });
  const rows = [
    ...stageUrls(airlock.apis, airlock.deployment.restApis).map(({ api, url }) => ['API', `${url}  ${dim(api)}`]),
    ['AWS endpoint', `${airlock.awsUrl}  ${dim('S3, Lambda, SageMaker Runtime, KMS, STS')}`],
    ['control', `${airlock.controlUrl}  ${dim('/health  /traces')}`],
    ...[...airlock.models].map(([name, model]) => [`model ${name}`, model.description]),
    ...(airlock.partner === 'template' ? [] : [['token function', airlock.partner]]),
    ['sealed', String(airlock.sealed)],
    ['objects', airlock.s3],
    ...(credentialsFile === null ? [] : [['credentials', credentialsFile]]),
    ...notEmulatedRows(airlock),
    ['ready in', `${airlock.readyMs} ms`],
  ];
  const width = Math.max(...rows.map(([name = '']) => name.length));
  const table = rows.map(([name = '', value = '']) => `  ${name.padEnd(width)}  ${value}`).join('\n');
  return `\nAirlock is up\n${table}\n\n${curlLines(airlock)}Ctrl-C ends everything.\n`;
}

/** What the templates have and a local run has not: types by name, and properties by number; /health has them one by one. */
function notEmulatedRows({ deployment }: Airlock): string[][] {
  const types = Map.groupBy(deployment.notEmulated, ({ type }) => type);
  const list = [...types].map(([type, resources]) => (resources.length > 1 ? `${type} x ${resources.length}` : type));
  const without = deployment.notEmulatedProperties.length;
  return [
    ...(list.length > 0 ? [['not emulated', list.join(', ')]] : []),
    ...(without > 0 ? [['no effect here', `${without} properties, listed in /health`]] : []),
  ];
}

/** Three lines that hand the token and the key on to each other; each shows its answer and works in any POSIX shell. */
function curlLines(airlock: Airlock): string {
  const { apiUrl, resultsBucket } = airlock;
  const paths = airlock.deployment.restApis[0]?.routes.map((route) => route.resourcePath) ?? [];
  if (apiUrl === null || resultsBucket === null || !paths.includes('/init') || !paths.includes('/request')) return '';
  const { accessKeyId, secretAccessKey } = airlock.credentials['customer-app'];
  const signedFor = (service: string) => `--user ${accessKeyId}:${secretAccessKey} --aws-sigv4 aws:amz:${airlock.region}:${service}`;
  const take = (name: string) => `| tee /dev/stderr | sed -E 's/.*"${name}":"([^"]+)".*/\\1/'`;
  const json = "-H 'Content-Type: application/json'";
  return `Try it, in another terminal:

TOKEN=$(curl -s ${signedFor('execute-api')} ${json} -d '{"productCode":"airlock-identity"}' ${apiUrl}/init ${take('token')})

KEY=$(curl -s -H "Authorization: Bearer $TOKEN" ${json} -d '{"records":[{"id":"c-0001","email":"Lena.Sample0001+news@gmail.com"}]}' ${apiUrl}/request ${take('key')})

curl -s ${signedFor('s3')} -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' ${airlock.awsUrl}/${resultsBucket}/$KEY

`;
}
