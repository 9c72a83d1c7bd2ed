// Ids, headers, path and query of a request, all as sent. It cannot fail; what is too long is found out in check-limits.ts.
import { randomUUID } from 'node:crypto';
import { newTraceId, traceIdOf } from '../../trace/tracer.ts';
import { parseQuery } from '../parse-query.ts';
import { createRequestHeaders } from '../request-headers.ts';
import type { ParsedRequest, ReceivedRequest } from '../request-stages.ts';

const noBody = Buffer.alloc(0);

export function parseRequest(received: ReceivedRequest, receivedAt: number): ParsedRequest {
  const headers = createRequestHeaders(received.rawHeaders);
  const target = originForm(received.rawUrl);
  const question = target.indexOf('?');
  const rawQuery = question === -1 ? '' : target.slice(question + 1);
  return {
    ...received,
    requestId: randomUUID(),
    extendedRequestId: newExtendedRequestId(),
    traceId: traceIdOf(headers.last('x-amzn-trace-id')) ?? newTraceId(receivedAt),
    receivedAt,
    headers,
    rawPath: question === -1 ? target : target.slice(0, question),
    rawQuery,
    query: parseQuery(rawQuery),
    body: received.body ?? noBody,
  };
}

/** A client that thinks we are a proxy sends the absolute form: GET http://host/path HTTP/1.1. */
function originForm(rawUrl: string): string {
  if (rawUrl.startsWith('/')) return rawUrl;
  const absolute = /^https?:\/\/[^/?]*(.*)$/is.exec(rawUrl);
  const rest = absolute?.[1] ?? rawUrl;
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** 16 characters that end in =, as JKJaXmPLvHcESHA=: base64 of 11 bytes. */
function newExtendedRequestId(): string {
  // randomUUID draws from a pool; randomBytes would be a system call a request. Bytes 6 and 8 hold version bits: skip them.
  const hex = randomUUID().replaceAll('-', '');
  return Buffer.from(hex.slice(0, 12) + hex.slice(18, 28), 'hex').toString('base64');
}
