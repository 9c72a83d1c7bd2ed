// The model artifact: what SageMaker unpacks to /opt/ml/model. Format: README.md. Read once at start, by the server; written by generate.ts.
import { createHash, createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export type IdentifierKind = 'email' | 'phone';

export interface Artifact {
  readonly modelVersion: string;
  /** Ids of two scopes cannot be joined. */
  readonly customerScope: string;
  /** KeyObjects: with a Buffer for a key each HMAC takes nine times as long. */
  readonly personKey: KeyObject;
  readonly graphKey: KeyObject;
  /** Key of an identifier (identifierKey) -> node, a person of the reference graph. */
  readonly graph: ReadonlyMap<string, string>;
}

export interface Manifest {
  readonly format: 'airlock-identity-stub';
  readonly formatVersion: 1;
  readonly modelVersion: string;
  readonly customerScope: string;
  /** Base64 of 32 bytes. */
  readonly personKey: string;
  readonly graphKey: string;
  /** SHA-256 of graph.tsv in hex. */
  readonly graphSha256: string;
}

export const manifestFile = 'manifest.json';
export const graphFile = 'graph.tsv';

/** How the graph names an identifier: 128 bits of HMAC-SHA-256, so that the artifact holds no address and no number. */
export function identifierKey(graphKey: KeyObject, kind: IdentifierKind, normalised: string): string {
  return createHmac('sha256', graphKey).update(`${kind}:${normalised}`).digest('hex').slice(0, 32);
}

/** Rejects with an Error that names the file where the artifact is missing, of another format or damaged. */
export async function loadArtifact(directory: string): Promise<Artifact> {
  const manifestPath = join(directory, manifestFile);
  const graphPath = join(directory, graphFile);
  const [manifestText, graphText] = await Promise.all([readFile(manifestPath, 'utf8'), readFile(graphPath, 'utf8')]);
  const manifest = JSON.parse(manifestText) as Manifest;
  if (manifest.format !== 'airlock-identity-stub' || manifest.formatVersion !== 1) {
    throw new Error(`${manifestPath}: format must be airlock-identity-stub, formatVersion 1`);
  }
  if (createHash('sha256').update(graphText).digest('hex') !== manifest.graphSha256) {
    throw new Error(`${graphPath}: its SHA-256 is not the one in ${manifestFile}`);
  }
  return {
    modelVersion: manifest.modelVersion,
    customerScope: manifest.customerScope,
    personKey: readKey(manifest.personKey, 'personKey', manifestPath),
    graphKey: readKey(manifest.graphKey, 'graphKey', manifestPath),
    graph: parseGraph(graphText, graphPath),
  };
}

function readKey(text: string, name: string, path: string): KeyObject {
  const key = Buffer.from(text, 'base64');
  if (key.length !== 32) throw new Error(`${path}: ${name} must be 32 bytes in Base64`);
  return createSecretKey(key);
}

function parseGraph(text: string, path: string): Map<string, string> {
  const graph = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [key, node, ...rest] = line.split('\t');
    if (!key || !node || rest.length > 0) throw new Error(`${path}: every line must be <identifier key> TAB <node>`);
    graph.set(key, node);
  }
  return graph;
}
