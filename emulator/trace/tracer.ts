// Spans of each request, across gateway, authorizer, function and AWS endpoint, joined by the X-Ray trace id.
import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { tracesMax } from '../limits.ts';

/** The only things a span may say: names and numbers of the infrastructure, never a body, a token or a record. */
export interface SpanFields {
  readonly method?: string;
  readonly resourcePath?: string;
  readonly status?: number;
  readonly errorCode?: string;
  readonly requestId?: string;
  readonly functionName?: string;
  readonly executedVersion?: string;
  readonly outcome?: string;
  readonly coldStart?: boolean;
  readonly cacheHit?: boolean;
  readonly effect?: string;
  readonly service?: string;
  readonly action?: string;
  readonly resource?: string;
  readonly principal?: string;
  readonly decision?: string;
  readonly endpointName?: string;
  readonly requestBytes?: number;
  readonly responseBytes?: number;
  /** True: the container said itself what the call costs. */
  readonly metered?: boolean;
  readonly consumedUnits?: number;
  /** At most 64 letters, digits, `.`, `_`, `:` and `-`. */
  readonly meteringDimension?: string;
  /** Of a stand-in whose contract has no interaction for the request: description of the nearest, a text of the contract. */
  readonly nearestInteraction?: string;
}

export interface SpanRecord {
  readonly name: string;
  /** Milliseconds since the trace began. */
  readonly startMs: number;
  readonly durationMs: number | null;
  readonly fields: SpanFields;
}

export interface Trace {
  /** 1-<8 hex>-<24 hex> */
  readonly traceId: string;
  /** ISO 8601 */
  readonly startedAt: string;
  readonly spans: readonly SpanRecord[];
  /** Spans beyond the limit of one trace, which a caller that repeats its trace id reaches. */
  readonly droppedSpans: number;
}

export interface Span {
  annotate(fields: SpanFields): void;
  end(fields?: SpanFields): void;
}

export interface Tracer {
  /** Begins a span; the trace begins with its first span. */
  span(traceId: string, name: string, fields?: SpanFields): Span;
  /** Newest last. */
  list(): readonly Trace[];
}

/** Ours: a trace that loops does not grow without end. */
const spansPerTraceMax = 200;

interface MutableSpan {
  name: string;
  startMs: number;
  durationMs: number | null;
  fields: SpanFields;
}

/** Keeps the newest traces in memory. */
export function createTracer(clock: Clock, capacity = tracesMax): Tracer {
  const traces = new Map<string, { startedAt: number; beganAtMs: number; spans: MutableSpan[]; droppedSpans: number }>();
  return {
    span(traceId, name, fields = {}) {
      let trace = traces.get(traceId);
      if (!trace) {
        trace = { startedAt: clock.now(), beganAtMs: performance.now(), spans: [], droppedSpans: 0 };
        traces.set(traceId, trace);
        const oldest = traces.keys().next().value;
        if (traces.size > capacity && oldest !== undefined) traces.delete(oldest);
      }
      const { beganAtMs, spans } = trace;
      const span: MutableSpan = { name, startMs: performance.now() - beganAtMs, durationMs: null, fields: { ...fields } };
      if (spans.length < spansPerTraceMax) spans.push(span);
      else trace.droppedSpans++;
      return {
        annotate(more) {
          Object.assign(span.fields, more);
        },
        end(more) {
          if (more) Object.assign(span.fields, more);
          span.durationMs = performance.now() - beganAtMs - span.startMs;
        },
      };
    },
    list() {
      return [...traces].map(([traceId, trace]) => ({
        traceId,
        startedAt: new Date(trace.startedAt).toISOString(),
        spans: trace.spans.map((span) => ({ ...span, fields: { ...span.fields } })),
        droppedSpans: trace.droppedSpans,
      }));
    },
  };
}

/** A new X-Ray trace id. Source: AWS X-Ray developer guide, "Sending trace data": 1-<epoch seconds in hex>-<96 random bits in hex>. */
export function newTraceId(nowMs: number): string {
  return `1-${Math.floor(nowMs / 1000)
    .toString(16)
    .padStart(8, '0')}-${randomHex()}`;
}

/** 96 random bits. Node takes UUIDs from a pool, where random bytes cost a system call each time; the digits between hold its version and are left out. */
function randomHex(): string {
  const uuid = randomUUID().replaceAll('-', '');
  return uuid.slice(0, 12) + uuid.slice(20);
}

/** The Root of an X-Amzn-Trace-Id header, or null where there is none that is well formed. */
export function traceIdOf(header: string | undefined): string | null {
  return /(?:^|;)\s*Root=(1-[0-9a-f]{8}-[0-9a-f]{24})(?:;|$)/i.exec(header ?? '')?.[1] ?? null;
}
