// Images that break one rule of the image group: which check fails, and what it says.
import type { GalleryRow } from '../gallery-row.ts';

export const rows: readonly GalleryRow[] = [
  { id: 'serve-resolves', directory: 'serve-resolves', findings: /^the ENTRYPOINT's program "\/opt\/program\/start" is not in the image$/ },
  { id: 'entrypoint-exec-form', directory: 'entrypoint-exec-form', findings: /^ENTRYPOINT is run by a shell \(\/bin\/sh -c …\)/ },
  { id: 'no-init-wrapper', directory: 'no-init-wrapper', findings: /^ENTRYPOINT starts with tini; wanted: the server itself$/ },
  { id: 'runs-as-root', directory: 'runs-as-root', findings: /^USER is node; wanted: root, or no USER$/ },
  { id: 'no-credentials', directory: 'no-credentials', findings: /^ENV holds AWS credentials \(AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY)\)$/ },
  {
    id: 'no-secrets',
    directory: 'no-secrets',
    findings: /^\/opt\/program\/signing\.key holds a private key, in an older layer, though a later one deletes or replaces it$/,
  },
  { id: 'no-gpu-drivers', directory: 'no-gpu-drivers', findings: /^\/usr\/lib\/gpu\/libcuda\.so\.550\.54\.14 is part of NVIDIA's driver/ },
  { id: 'labels-match', directory: 'labels-match', findings: /bidirectional-streaming is set; a WebSocket .* is answered with 404/ },
  {
    id: 'labels-match',
    directory: 'labels-match-unlabelled',
    findings: /bidirectional-streaming is not set; a WebSocket .* is answered with 101/,
  },
  { id: 'labels-match', directory: 'labels-match-port', findings: /with SAGEMAKER_BIND_TO_PORT=8081 it listens on 8080; wanted: on 8081$/ },
];
