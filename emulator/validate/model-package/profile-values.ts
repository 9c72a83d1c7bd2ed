// Values of a validation profile in the forms that the engine of batch transform takes. Others have been reported by the package's own check.

export type BatchStrategy = 'MultiRecord' | 'SingleRecord';
export type SplitType = 'None' | 'Line' | 'RecordIO' | 'TFRecord';

export function strategyOf(value: string | null): BatchStrategy | null {
  return value === 'MultiRecord' || value === 'SingleRecord' ? value : null;
}

export function splitTypeOf(value: string | null): SplitType {
  return value === 'Line' || value === 'RecordIO' || value === 'TFRecord' ? value : 'None';
}
