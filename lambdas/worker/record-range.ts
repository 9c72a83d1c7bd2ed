// A position in an error's text: the customer knows records, parts are ours.

/** e.g. "Records 2,001 to 3,000.", counted from 1, the header of CSV not among them. */
export function recordRange({ recordsBefore, records }: { readonly recordsBefore: number; readonly records: number }): string {
  const text = (record: number) => record.toLocaleString('en-US');
  if (records === 1) return `Record ${text(recordsBefore + 1)}.`;
  return `Records ${text(recordsBefore + 1)} to ${text(recordsBefore + records)}.`;
}
