// 30. No private keys, tokens or logins in the image. What a layer holds stays in it, also where a later one deletes it.
import { printable } from '../../model/model-lines.ts';
import type { Check } from '../check.ts';
import { imageFacts } from '../probes/image-facts.ts';
import { imageFiles, imageFilesOrNull } from '../probes/image-files.ts';
import { secretFiles, variablesOf } from '../probes/image-secrets.ts';
import { shortList } from '../short-list.ts';

export const noSecrets: Check = {
  id: 'no-secrets',
  group: 'image',
  severity: 'review',
  title: 'No private keys, tokens or logins are in the image',
  why: 'What was of use while the image was built is shipped with it, and whoever gets at a layer has it.',
  source: 'AWS Marketplace seller guide, "Security and intellectual property"; good practice',
  fix: 'Give secrets to the build with "docker build --secret", keep the files out with .dockerignore, build again, and replace the secrets themselves.',
  async judge(evidence) {
    const { inspect, history } = await evidence.of(imageFacts);
    const baked = variablesOf({ env: inspect.Config.Env ?? [], history }).filter(({ isAws }) => !isAws);
    const files = await imageFilesOrNull(evidence);
    const inFiles = files === null ? [] : secretFiles(files).filter(({ isAws }) => !isAws);
    const findings = [
      ...baked.map(({ name, what, where }) => `${where} holds ${what} (${printable(name)})`),
      ...inFiles.filter(({ isOfDependency }) => !isOfDependency).map(({ line }) => line),
    ];
    if (findings.length > 0) return { outcome: 'failed', findings: shortList(findings) };
    // Rejects with the reason why the files could not be listed.
    if (files === null) await evidence.of(imageFiles);
    const doubtful = inFiles.map(({ line }) => `${line}; it is part of a package: make sure that it is a test's`);
    return doubtful.length > 0 ? { outcome: 'warned', findings: shortList(doubtful) } : { outcome: 'passed' };
  },
};
