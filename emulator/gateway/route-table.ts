// Finds the resource for a path, then its method: literal before {parameter} before {proxy+}, as API Gateway does.
import { AirlockError } from '../errors.ts';
import type { SourceLocation } from '../template/deployment.ts';

interface Routable {
  readonly httpMethod: string;
  readonly resourcePath: string;
  readonly location: SourceLocation;
}

interface RouteMatch<Route> {
  readonly route: Route;
  /** Undecoded. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

export type FindRoute<Route> = (path: string, method: string) => RouteMatch<Route> | null;

/** ANY means these. Source: AWS "API Gateway: set up a method". */
const anyMethods = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']);

type Segment = { readonly kind: 'literal' | 'parameter' | 'greedy'; readonly name: string };

interface ResourceNode<Route> {
  readonly segments: readonly Segment[];
  readonly methods: ReadonlyMap<string, Route>;
}

const noParameters: Readonly<Record<string, string>> = {};

/** @throws AirlockError BAD_TEMPLATE for a path API Gateway has no form for, or a method written twice. */
export function createRouteTable<Route extends Routable>(routes: readonly Route[]): FindRoute<Route> {
  const resources = new Map<string, { segments: readonly Segment[]; methods: Map<string, Route> }>();
  for (const route of routes) {
    const resource = resources.get(route.resourcePath) ?? { segments: parseTemplate(route), methods: new Map() };
    resources.set(route.resourcePath, resource);
    if (resource.methods.has(route.httpMethod)) throw badRoute(route, 'is there twice', 'Remove one of them.');
    resource.methods.set(route.httpMethod, route);
  }
  const literals = new Map<string, ResourceNode<Route>>();
  const patterns: ResourceNode<Route>[] = [];
  for (const [path, resource] of resources) {
    if (resource.segments.every(({ kind }) => kind === 'literal')) literals.set(path, resource);
    else patterns.push(resource);
  }
  patterns.sort(compareSpecificity);

  return (path, method) => {
    const trimmed = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
    const literal = literals.get(trimmed);
    if (literal) return select(literal, method, noParameters);
    const parts = trimmed.split('/').slice(1);
    for (const resource of patterns) {
      const pathParameters = matchSegments(resource.segments, parts);
      // The resource is chosen by its path alone: no other one is tried where it lacks the method. [M]
      if (pathParameters) return select(resource, method, pathParameters);
    }
    return null;
  };
}

function select<Route>(
  resource: ResourceNode<Route>,
  method: string,
  pathParameters: Readonly<Record<string, string>>,
): RouteMatch<Route> | null {
  const route = resource.methods.get(method) ?? (anyMethods.has(method) ? resource.methods.get('ANY') : undefined);
  return route === undefined ? null : { route, pathParameters };
}

function matchSegments(segments: readonly Segment[], parts: readonly string[]): Record<string, string> | null {
  const found: [string, string][] = [];
  for (const [index, { kind, name }] of segments.entries()) {
    const part = parts[index];
    if (part === undefined) return null;
    if (kind === 'greedy') {
      const rest = parts.slice(index).join('/');
      return rest === '' ? null : Object.fromEntries([...found, [name, rest]]);
    }
    if (kind === 'literal' ? part !== name : part === '') return null;
    if (kind === 'parameter') found.push([name, part]);
  }
  return parts.length === segments.length ? Object.fromEntries(found) : null;
}

function parseTemplate(route: Routable): readonly Segment[] {
  const { resourcePath } = route;
  if (!resourcePath.startsWith('/')) throw badRoute(route, 'does not start with /', 'Write the path from the root of the API.');
  if (resourcePath === '/') return [];
  const names = resourcePath.slice(1).split('/');
  return names.map((text, index) => {
    const parameter = /^\{([^{}+/]+)(\+)?\}$/.exec(text);
    if (!parameter) {
      if (/[{}]/.test(text)) throw badRoute(route, `has the part "${text}"`, 'A part is literal, {name} or, at the end, {name+}.');
      return { kind: 'literal', name: text };
    }
    const greedy = parameter[2] !== undefined;
    if (greedy && index < names.length - 1) throw badRoute(route, 'has a greedy part in the middle', 'Only the last part can be {name+}.');
    return { kind: greedy ? 'greedy' : 'parameter', name: parameter[1] ?? '' };
  });
}

const rank = { literal: 0, parameter: 1, greedy: 2 } as const;

function compareSpecificity(a: { readonly segments: readonly Segment[] }, b: { readonly segments: readonly Segment[] }): number {
  for (const [index, segment] of a.segments.entries()) {
    const other = b.segments[index];
    if (other === undefined) break;
    if (segment.kind !== other.kind) return rank[segment.kind] - rank[other.kind];
  }
  return b.segments.length - a.segments.length;
}

function badRoute({ httpMethod, resourcePath, location }: Routable, what: string, hint: string): AirlockError {
  return new AirlockError('BAD_TEMPLATE', `${location.file}:${location.line}: the route ${httpMethod} ${resourcePath} ${what}.`, hint);
}
