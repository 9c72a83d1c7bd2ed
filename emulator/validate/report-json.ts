// --format json: the report as it is, by report.schema.json.
import type { Report } from './report.ts';
import { plainJson } from './report-plain.ts';

export function reportJson(report: Report): string {
  return plainJson(report);
}
