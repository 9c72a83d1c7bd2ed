// What each option's value may be. The table of options is config.ts; here a wrong value gets its one clear line.
import type { OptionRow, ResolvedOptions } from './config.ts';
import { AirlockError } from './errors.ts';

/** @throws AirlockError BAD_OPTION */
export function checkValue(row: OptionRow, value: unknown, label: string): unknown {
  if (value === null) return null;
  switch (row.kind) {
    case 'port':
      return toPort(value, label);
    case 'list':
      if (Array.isArray(value)) return value;
      throw new AirlockError('BAD_OPTION', `${label} is ${JSON.stringify(value)}.`, 'It takes a list.');
    case 'pairs':
      if (Array.isArray(value)) return Object.fromEntries(value.map((pair) => toPair(String(pair), label)));
      if (typeof value === 'object') return Object.fromEntries(Object.entries(value as object).map(([name, text]) => [name, String(text)]));
      throw new AirlockError('BAD_OPTION', `${label} is ${JSON.stringify(value)}.`, 'It takes names with values.');
    case 'choice':
      if (row.choices?.includes(String(value))) return value;
      throw new AirlockError('BAD_OPTION', `${label} is "${value}".`, `It can be ${row.choices?.join(', ')}.`);
    case 'string':
      if (typeof value === 'string' && value !== '') return value;
      throw new AirlockError('BAD_OPTION', `${label} is ${JSON.stringify(value)}.`, 'It takes a text.');
  }
}

function toPort(value: unknown, label: string): number {
  const port = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
  if (typeof port === 'number' && Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new AirlockError('BAD_OPTION', `${label} is "${value}", which is no port.`, 'Give a number from 0 to 65535; 0 takes a free port.');
}

function toPair(text: string, label: string): [string, string] {
  const equals = text.indexOf('=');
  if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
  throw new AirlockError('BAD_OPTION', `${label} is "${text}".`, `Write it as Name=value, e.g. ${label} AuthorizerTtlSeconds=0.`);
}

export function checkRegion(region: string): void {
  if (/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) return;
  throw new AirlockError('BAD_OPTION', `--region is "${region}", which is no AWS Region.`, 'Write it as us-east-1.');
}

/** `embedded` or an http(s) URL. */
export function checkS3({ s3 }: ResolvedOptions): void {
  if (s3 !== 'embedded') checkS3Url(s3, '--s3');
}

/** AWS's own domains: the Regions', China's, the European Sovereign Cloud's, and those of its dual-stack names. */
const awsDomains = /(^|\.)(amazonaws\.(com(\.cn)?|eu)|api\.aws|api\.amazonwebservices\.(com\.cn|eu))\.?$/i;

export function isAwsHost(hostname: string): boolean {
  return awsDomains.test(hostname);
}

/** Scheme, host and port, and nothing that would be dropped; never AWS itself: nothing falls through to it. @throws AirlockError BAD_OPTION */
export function checkS3Url(text: string, label: string): void {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`) {
    throw new AirlockError('BAD_OPTION', `${label} is "${text}".`, 'It can be embedded, or the URL of another S3: http://HOST:PORT.');
  }
  if (isAwsHost(url.hostname)) {
    throw new AirlockError(
      'BAD_OPTION',
      `${label} ${text} is AWS itself.`,
      'Airlock never calls AWS: name a local S3, for example LocalStack.',
    );
  }
}

const modelForms =
  'It can be process, docker, the URL of a running model container (http://host:port), unix:DIR for a relay, or pact:FILE for a stand-in.';

export function checkModelOptions({ model, image, modelDirectory, modelMemory, modelCpus, startupTimeout }: ResolvedOptions): void {
  const known = model === 'process' || model === 'docker' || /^https?:\/\/[^/]+/.test(model) || /^(unix|pact):.+/.test(model);
  if (!known) throw new AirlockError('BAD_OPTION', `--model is "${model}".`, modelForms);
  if (model === 'docker' && image === null) {
    throw new AirlockError('BAD_OPTION', '--model docker has no image to run.', 'Name it: --image my-model:1.');
  }
  const ofContainer = { '--image': image, '--model-directory': modelDirectory, '--model-memory': modelMemory, '--model-cpus': modelCpus };
  const stray = Object.entries(ofContainer).find(([, value]) => value !== null);
  if (model !== 'docker' && stray !== undefined) {
    throw new AirlockError(
      'BAD_OPTION',
      `${stray[0]} is for a container, and --model is ${model}.`,
      'Add --model docker, or leave it out.',
    );
  }
  if (modelMemory !== null && memoryBytes(modelMemory) === null) {
    throw new AirlockError(
      'BAD_OPTION',
      `--model-memory is "${modelMemory}".`,
      'Write it as 512m or 4g; the least that Docker takes is 6m.',
    );
  }
  if (modelCpus !== null && !(Number(modelCpus) >= 0.01 && Number(modelCpus) <= 1_024)) {
    throw new AirlockError('BAD_OPTION', `--model-cpus is "${modelCpus}".`, 'Write it as a number of CPUs, e.g. 1.5.');
  }
  if (startupTimeout !== null && !(Number(startupTimeout) > 0 && Number(startupTimeout) <= 3_600)) {
    throw new AirlockError('BAD_OPTION', `--startup-timeout is "${startupTimeout}".`, 'Write it in seconds, up to 3600 as on SageMaker.');
  }
}

export function checkEventRetryWait({ eventRetryWait }: ResolvedOptions): void {
  if (/^\d+(\.\d+)?$/.test(eventRetryWait) && Number(eventRetryWait) <= 3_600) return;
  throw new AirlockError('BAD_OPTION', `--event-retry-wait is "${eventRetryWait}".`, 'Write it in seconds, from 0 to 3600.');
}

/** `template` or `pact:FILE`; the file is looked at when it is read. */
export function checkPartner({ partner }: ResolvedOptions): void {
  if (partner === 'template' || /^pact:.+/.test(partner)) return;
  throw new AirlockError('BAD_OPTION', `--partner is "${partner}".`, 'It can be template, or pact:FILE for a stand-in from a contract.');
}

const units: Readonly<Record<string, number>> = { '': 1, k: 1_024, m: 1_024 ** 2, g: 1_024 ** 3 };

/** As Docker reads `--memory`: bytes, or with k, m, g. Null where it is none, or less than Docker takes. */
export function memoryBytes(text: string): number | null {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)([kmg]?)b?$/i.exec(text) ?? [];
  const bytes = Math.floor(Number(digits) * (units[unit.toLowerCase()] ?? Number.NaN));
  return bytes >= 6 * 1_024 ** 2 && Number.isSafeInteger(bytes) ? bytes : null;
}
