// `airlock validate IMAGE`: every check of an image before it is submitted to AWS Marketplace.
import { styleText } from 'node:util';
import { createLog } from '../log.ts';
import { createRunDirectory } from '../run-directory.ts';
import { checkList } from '../validate/check-list.ts';
import type { Report } from '../validate/report.ts';
import { type FileFormat, fileFormats } from '../validate/report-formats.ts';
import { reportText } from '../validate/report-text.ts';
import { selectChecks } from '../validate/select-checks.ts';
import { validateImage } from '../validate/validate-image.ts';
import { openReportDirectory, type ReportDirectory } from './report-directory.ts';
import { watchSignals } from './signals.ts';
import { checkGivenFiles } from './validate-files.ts';
import { readValidateFlags, type ValidateRequest } from './validate-flags.ts';
import { initValidation } from './validate-init.ts';
import { listChecks } from './validate-list.ts';
import { createValidateProgress } from './validate-progress.ts';

type Flags = Readonly<Record<string, unknown>>;

/** Resolves to the exit code when nothing is left behind. */
export async function runValidate(image: string | undefined, flags: Flags): Promise<number> {
  if (flags.list === true) return listChecks(checkList, flags);
  if (flags.init !== undefined) return initValidation(image, flags.init);
  const request = readValidateFlags(image, flags, process.env);
  const checks = selectChecks(checkList, request.options);
  await checkGivenFiles(request.options);
  const files = request.formats.filter((format): format is FileFormat => format !== 'text');
  const { signal, received } = watchSignals(process.env);
  try {
    await using directory =
      request.out === null
        ? null
        : await openReportDirectory(
            request.out,
            files.map((each) => fileFormats[each].fileName),
          );
    const report = await validate(request, { checks, signal });
    signal.throwIfAborted();
    await tell(report, { request, files, directory });
    return report.summary.failed > 0 ? 1 : 0;
  } catch (error) {
    if (!signal.aborted) throw error;
    return (await received).exitCode;
  }
}

async function validate(
  { options, logLevel }: ValidateRequest,
  { checks, signal }: { readonly checks: typeof checkList; readonly signal: AbortSignal },
): Promise<Report> {
  const log = createLog(logLevel);
  using progress = createValidateProgress(process.stderr, {
    checks: checks.length,
    now: () => performance.now(),
    term: process.env.TERM,
  });
  await using directory = await createRunDirectory(log);
  return await validateImage(options, { checks, temporaryDirectory: directory.subdirectory('validate'), log, signal, ...progress });
}

interface Telling {
  readonly request: ValidateRequest;
  readonly files: readonly FileFormat[];
  readonly directory: ReportDirectory | null;
}

async function tell(report: Report, { request, files, directory }: Telling): Promise<void> {
  if (directory !== null) {
    await directory.write(Object.fromEntries(files.map((format) => [fileFormats[format].fileName, fileFormats[format].render(report)])));
  }
  const [first] = request.formats;
  if (request.formats.includes('text')) {
    const paint = (style: Parameters<typeof styleText>[0], text: string) =>
      styleText(style, text, { stream: process.stdout, validateStream: true });
    process.stdout.write(reportText(report, { paint, width: Math.min(process.stdout.columns || 100, 120) }));
  } else if (directory === null && first !== undefined && first !== 'text') process.stdout.write(fileFormats[first].render(report));
  if (directory !== null) {
    const names = files.map((format) => fileFormats[format].fileName).join(', ');
    process.stderr.write(`reports in ${request.out}: ${names}\n`);
  }
}
