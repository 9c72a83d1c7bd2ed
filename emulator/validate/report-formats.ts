// The formats for machines and for files: name of the file, and the report in it. Text is for the terminal, in colours: report-text.ts.
import type { Report } from './report.ts';
import { reportHtml } from './report-html.ts';
import { reportJson } from './report-json.ts';
import { reportJunit } from './report-junit.ts';
import { reportSarif } from './report-sarif.ts';
import type { ReportFormat } from './validate-options.ts';

export type FileFormat = Exclude<ReportFormat, 'text'>;

export const fileFormats: Readonly<Record<FileFormat, { readonly fileName: string; readonly render: (report: Report) => string }>> = {
  json: { fileName: 'validate.json', render: reportJson },
  junit: { fileName: 'validate.xml', render: reportJunit },
  sarif: { fileName: 'validate.sarif', render: reportSarif },
  html: { fileName: 'validate.html', render: reportHtml },
};
