// Images that break a rule of isolation.
import type { GalleryRow } from '../gallery-row.ts';

export const rows: readonly GalleryRow[] = [
  { id: 'works-isolated', directory: 'works-isolated', findings: /status 500 sealed, status 4\d\d on a network/ },
  { id: 'no-egress', directory: 'no-egress', findings: /asked for the name huggingface\.co during start/ },
  { id: 'isolated-latency', directory: 'isolated-latency', findings: /p95 \d+ ms sealed/ },
  { id: 'model-read-only', directory: 'model-read-only', findings: /tried to write \/opt\/ml\/model\/index\.cache/ },
  { id: 'writes-only-tmp', directory: 'writes-only-tmp', findings: /it writes \/opt\/program\/requests\.count/ },
];
