// A request's way through API Gateway, in order. Each stage returns the next context, or a refusal that ends the way.
import { authoriseRequest } from './authorise-request.ts';
import { checkLimits } from './check-limits.ts';
import type { Gateway } from './gateway.ts';
import { gatewayResponse } from './gateway-response.ts';
import { invokeIntegration } from './invoke-integration.ts';
import { mapResponse } from './map-response.ts';
import { isRefusal, type Refusal } from './refusal.ts';
import type { AuthorisedRequest, GatewayAnswer, ParsedRequest, ReceivedRequest, RoutedRequest } from './request-stages.ts';
import { routeRequest } from './route-request.ts';

export interface PipelineResult {
  readonly answer: GatewayAnswer;
  /** Template of the resource, null where none was found. */
  readonly resourcePath: string | null;
  /** Set where API Gateway answered by itself. */
  readonly refusal: Refusal | null;
}

/** Rejects only for a bug of ours: what a caller, a template or a function can do wrong is an answer. */
export async function runPipeline(gateway: Gateway, received: ReceivedRequest, parsed: ParsedRequest): Promise<PipelineResult> {
  const refused = (reached: ParsedRequest | RoutedRequest | AuthorisedRequest, refusal: Refusal): PipelineResult => ({
    answer: gatewayResponse(gateway.api, reached, refusal),
    resourcePath: 'route' in reached ? reached.route.resourcePath : null,
    refusal,
  });

  const overLimit = checkLimits(received, parsed);
  if (overLimit) return refused(parsed, overLimit);

  const routed = routeRequest(gateway.api, parsed);
  if (isRefusal(routed)) return refused(parsed, routed);

  const authorised = await authoriseRequest(gateway, routed);
  if (isRefusal(authorised)) return refused(routed, authorised);

  const invalid = authorised.route.validate(authorised);
  if (invalid) return refused(authorised, invalid);

  const integrated = await invokeIntegration(gateway, authorised);
  if (isRefusal(integrated)) return refused(authorised, integrated);

  const answer = mapResponse(gateway.api, authorised, integrated);
  if (isRefusal(answer)) return refused(authorised, answer);

  return { answer, resourcePath: authorised.route.resourcePath, refusal: null };
}
