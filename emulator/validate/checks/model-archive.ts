// 33. The archive for ModelDataUrl: a gzip tar of plain files, which unpacks at the root of /opt/ml/model.
import { printable } from '../../model/model-lines.ts';
import type { Check, Verdict } from '../check.ts';
import { modelArchive as archiveProbe, type ModelArchive } from '../probes/model-archive.ts';
import { shortList } from '../short-list.ts';

export const modelArchive: Check = {
  id: 'model-archive',
  group: 'image',
  severity: 'blocks',
  title: 'The model archive is a .tar.gz of plain files that unpacks at its root',
  why: 'SageMaker unpacks ModelDataUrl to /opt/ml/model: with another format, links or paths out of it no endpoint starts, and a nested model is not found.',
  source:
    'SageMaker developer guide, "Use your own inference code with hosting services", "How SageMaker loads your model artifacts"; model hosting FAQ: no symbolic links',
  fix: 'Make it in the directory of the files, with links replaced: tar --dereference -czf model.tar.gz -C DIRECTORY .',
  judge: async (evidence) => judgeArchive(await evidence.of(archiveProbe)),
};

const kindNames = { symbolicLink: 'a symbolic link', hardLink: 'a hard link', other: 'no plain file' } as const;

export function judgeArchive({ name, broken, entries }: ModelArchive): Verdict {
  const findings: string[] = [];
  if (!name.endsWith('.tar.gz')) findings.push(`the file is called ${printable(name)}; wanted: a name that ends with .tar.gz`);
  if (broken !== null) findings.push(`the archive cannot be read: ${broken}; wanted: a tar packed with gzip`);
  for (const { path, kind } of entries) {
    if (kind !== 'file' && kind !== 'directory') findings.push(`${printable(path)} is ${kindNames[kind]}; wanted: files and directories`);
    if (path.startsWith('/')) findings.push(`${printable(path)} is an absolute path; wanted: one below the root of the archive`);
    if (path.split('/').includes('..')) findings.push(`${printable(path)} leads out of the archive; wanted: no ".." in a path`);
  }
  const hasFiles = entries.some(({ kind }) => kind === 'file');
  if (broken === null && !hasFiles) findings.push('the archive holds no file');
  const folder = onlyFolder(entries);
  const isMistake = folder !== null && (folder === 'model' || folder === 'opt' || folder === name.replace(/\.tar\.gz$/, ''));
  if (isMistake)
    findings.push(
      `everything is in the folder ${printable(folder)}, so it lands in /opt/ml/model/${printable(folder)}; wanted: at the root`,
    );
  if (findings.length > 0) return { outcome: 'failed', findings: shortList(findings) };
  if (folder === null || /^\d+$/.test(folder)) return { outcome: 'passed', note: `${entries.length} entries` };
  return {
    outcome: 'warned',
    findings: [`everything is in the folder ${printable(folder)}: the container has to look in /opt/ml/model/${printable(folder)}`],
  };
}

/** The one folder at the top that everything is in; null where there is something beside it. */
function onlyFolder(entries: ModelArchive['entries']): string | null {
  const files = entries.filter(({ kind }) => kind === 'file').map(({ path }) => path.replace(/^(\.?\/)+/, '').split('/'));
  const [first] = files;
  if (first === undefined || first.length < 2) return null;
  return files.every((parts) => parts.length > 1 && parts[0] === first[0]) ? (first[0] ?? null) : null;
}
