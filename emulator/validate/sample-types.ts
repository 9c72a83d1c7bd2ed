// Which content type a sample's extension stands for.

interface SampleType {
  readonly contentType: string;
  /** Answers come in the same type where nobody says otherwise; for the others the container chooses. */
  readonly isAnsweredAlike: boolean;
}

const alike = (contentType: string): SampleType => ({ contentType, isAnsweredAlike: true });
const other = (contentType: string): SampleType => ({ contentType, isAnsweredAlike: false });

/** By extension, lower case. */
export const sampleTypes: ReadonlyMap<string, SampleType> = new Map([
  ['.json', alike('application/json')],
  ['.jsonl', alike('application/jsonlines')],
  ['.ndjson', alike('application/x-ndjson')],
  ['.csv', alike('text/csv')],
  ['.xml', alike('application/xml')],
  ['.txt', other('text/plain')],
  ['.png', other('image/png')],
  ['.jpg', other('image/jpeg')],
  ['.jpeg', other('image/jpeg')],
  ['.gif', other('image/gif')],
  ['.webp', other('image/webp')],
  ['.bmp', other('image/bmp')],
  ['.tif', other('image/tiff')],
  ['.tiff', other('image/tiff')],
  ['.wav', other('audio/wav')],
  ['.mp3', other('audio/mpeg')],
  ['.flac', other('audio/flac')],
  ['.mp4', other('video/mp4')],
  ['.pdf', other('application/pdf')],
  ['.npy', other('application/x-npy')],
  ['.parquet', other('application/x-parquet')],
  ['.libsvm', other('text/libsvm')],
  ['.recordio', other('application/x-recordio-protobuf')],
  ['.bin', other('application/octet-stream')],
]);
