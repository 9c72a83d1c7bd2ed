// The IAM condition keys API Gateway fills in for a request, for authorizer and resource policies.
import type { RoutedRequest } from './request-stages.ts';

/** aws:SecureTransport is true as on AWS, where every API is HTTPS; here the hop is plain HTTP on this machine. */
export function conditionContext(request: RoutedRequest, region: string): Readonly<Record<string, string>> {
  const userAgent = request.headers.last('user-agent');
  const referer = request.headers.last('referer');
  return {
    'aws:SourceIp': request.sourceIp,
    'aws:CurrentTime': new Date(request.receivedAt).toISOString(),
    'aws:EpochTime': String(Math.floor(request.receivedAt / 1000)),
    'aws:SecureTransport': 'true',
    'aws:RequestedRegion': region,
    ...(userAgent !== undefined && { 'aws:UserAgent': userAgent }),
    ...(referer !== undefined && { 'aws:Referer': referer }),
  };
}
