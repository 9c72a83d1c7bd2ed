// Images that break a rule of the lifecycle.
import { resolve } from 'node:path';
import type { GalleryRow } from '../gallery-row.ts';

const mebibyte = 1024 * 1024;
const samples = resolve(import.meta.dirname, '../contract-samples');

export const rows: readonly GalleryRow[] = [
  { id: 'stays-up', directory: 'stays-up', findings: /^it ended with exit code 9, \d\.\d s after its start/ },
  { id: 'listens-on-8080', directory: 'listens-on-8080', findings: /^port 8080 is bound to a loopback address only/ },
  { id: 'no-other-ports', directory: 'no-other-ports', findings: /^it listens on port 9090, beyond loopback$/ },
  {
    id: 'accepts-within-250-ms',
    directory: 'accepts-within-250-ms',
    findings: /^\d+ of 12 connections while a request was answered took more than 250 ms/,
  },
  {
    id: 'serves-on-ping',
    directory: 'serves-on-ping',
    findings: /^no 200 within 2 s; the last \/ping: 503$/,
    options: { startupTimeoutMs: 2_000 },
  },
  {
    id: 'ping-within-2-s',
    directory: 'ping-within-2-s',
    findings: /^\d+ of \d+ pings while a request was answered had no answer within 2 s$/,
  },
  { id: 'ping-consistent', directory: 'ping-consistent', findings: /^\d of \d+ pings after the first 200 were not 200: 502$/ },
  { id: 'ping-body-empty', directory: 'ping-body-empty', findings: /^the body of a 200 says "Unhealthy"$/ },
  {
    id: 'ping-fails-without-model',
    directory: 'ping-fails-without-model',
    findings: /^\/ping answered 200 after \d+\.\d s with nothing at \/opt\/ml\/model$/,
  },
  { id: 'stops-on-sigterm', directory: 'stops-on-sigterm', findings: /^after SIGTERM it ended with exit code 137 after 30\.\d s/ },
  {
    id: 'finishes-on-sigterm',
    directory: 'finishes-on-sigterm',
    findings: /half sent at SIGTERM: the connection broke without an answer$/,
  },
  {
    id: 'restarts-cold',
    directory: 'restarts-cold',
    findings: /^people\.json: a second container gives another body$/,
    options: { samples },
    alsoFails: { deterministic: 'its answers are not the published ones either' },
  },
  {
    id: 'fits-instance',
    directory: 'fits-instance',
    findings: /a process in it was killed because it needed more memory$/,
    options: { memoryBytes: 256 * mebibyte },
  },
  { id: 'shared-memory', directory: 'shared-memory', findings: /64\.0 of 64\.0 MB of \/dev\/shm are in use: it is full$/ },
];
