// What `airlock contract publish` writes: from now on this version of the consumer stands for this contract.
import { ContractError } from '../contract-error.ts';
import { checkName, checkVersion } from './check-version.ts';
import { parseVersions } from './parse-record.ts';
import { type PublishedVersion, recordText, versionsFileName } from './result-records.ts';
import { changeFile } from './results-directory.ts';

export interface VersionToRecord extends PublishedVersion {
  readonly consumer: string;
  readonly provider: string;
}

/**
 * Appends the version; the same again changes nothing.
 * @throws ContractError BAD_USAGE where the version stands for another contract already (results for it would prove nothing)
 */
export async function recordVersion(directory: string, { consumer, provider, version, pactSha256 }: VersionToRecord): Promise<string> {
  const name = versionsFileName({ consumer: checkName(consumer), provider: checkName(provider) });
  checkVersion(version);
  return changeFile(directory, name, (text) => {
    const before = text === null ? [] : parseVersions(text, `${directory}/${name}`).versions;
    const same = before.find((each) => each.version === version);
    if (same !== undefined && same.pactSha256 !== pactSha256) throw otherContent(consumer, provider, version);
    const versions = same === undefined ? [...before, { version, pactSha256 }] : before;
    return recordText({ schema: 1, consumer, provider, versions });
  });
}

export function otherContent(consumer: string, provider: string, version: string): ContractError {
  return new ContractError(
    'BAD_USAGE',
    `${consumer} ${version} is published already, with another contract with ${provider}.`,
    'A version has one contract, or results for it would prove nothing: publish this one under a new version.',
  );
}
