// 29. No AWS credentials: not in the environment, not in how the image was built, not in its files.
import { printable } from '../../model/model-lines.ts';
import type { Check } from '../check.ts';
import { secretInVariable } from '../image-files/find-secrets.ts';
import { imageFacts } from '../probes/image-facts.ts';
import { imageFiles, imageFilesOrNull } from '../probes/image-files.ts';
import { secretFiles, variablesOf } from '../probes/image-secrets.ts';
import { shortList } from '../short-list.ts';

export const noCredentials: Check = {
  id: 'no-credentials',
  group: 'image',
  severity: 'blocks',
  title: 'No AWS credentials are in the image or needed by it',
  why: "In isolation there are no credentials and no AWS service to use them with; those in an image are shipped to every buyer's account.",
  source: 'SageMaker developer guide, "Run training and inference containers in internet-free mode"',
  fix: 'Take them out of ENV, ARG and the files, build the image again without them in any layer, and replace the credentials themselves.',
  async judge(evidence) {
    const { inspect, history } = await evidence.of(imageFacts);
    const given = Object.entries(evidence.options.environment).filter(([name, value]) => secretInVariable(name, value)?.isAws);
    const baked = variablesOf({ env: inspect.Config.Env ?? [], history }).filter(({ isAws }) => isAws);
    const files = await imageFilesOrNull(evidence);
    const inFiles = files === null ? [] : secretFiles(files).filter(({ isAws }) => isAws);
    const findings = [
      ...given.map(([name]) => `the environment that the container is given holds ${name}; on SageMaker there are no credentials`),
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
