// A request's way through API Gateway, in order. Each stage is a file in stages/; it returns the next context, or a refusal that ends
// the way. What comes before and after (reading the body, writing the answer, the line in the log) is serve-request.ts.
import type { Gateway } from './gateway.ts';
import { isRefusal, type Refusal } from './refusal.ts';
import type { AuthorizedRequest, GatewayAnswer, ParsedRequest, ReceivedRequest, RoutedRequest } from './request-stages.ts';
import { answerRefusal } from './stages/answer-refusal.ts';
import { authorizeRequest } from './stages/authorize-request.ts';
import { checkLimits } from './stages/check-limits.ts';
import { invokeIntegration } from './stages/invoke-integration.ts';
import { mapResponse } from './stages/map-response.ts';
import { routeRequest } from './stages/route-request.ts';
import { validateRequest } from './stages/validate-request.ts';

export interface PipelineResult {
  readonly answer: GatewayAnswer;
  /** Template of the resource, null where none was found. */
  readonly resourcePath: string | null;
  /** Set where API Gateway answered by itself. */
  readonly refusal: Refusal | null;
}

/**
 * @param parsed what stages/parse-request.ts made of `received`: it comes before all others, and cannot fail
 * Rejects only for a bug of ours: what a caller, a template or a function can do wrong is an answer.
 */
export async function runPipeline(gateway: Gateway, received: ReceivedRequest, parsed: ParsedRequest): Promise<PipelineResult> {
  const refused = (reached: ParsedRequest | RoutedRequest | AuthorizedRequest, refusal: Refusal): PipelineResult => ({
    answer: answerRefusal(gateway.api, reached, refusal),
    resourcePath: 'route' in reached ? reached.route.resourcePath : null,
    refusal,
  });

  // 1. Limits of the service, before it looks for an API.
  const overLimit = checkLimits(received, parsed);
  if (overLimit) return refused(parsed, overLimit);

  // 2. Stage, resource and method.
  const routed = routeRequest(gateway.api, parsed);
  if (isRefusal(routed)) return refused(parsed, routed);

  // 3. Resource policy, then signature or authorizer.
  const authorized = await authorizeRequest(gateway, routed);
  if (isRefusal(authorized)) return refused(routed, authorized);

  // 4. Required parameters and the body's schema.
  const invalid = validateRequest(authorized);
  if (invalid) return refused(authorized, invalid);

  // 5. Function or mock.
  const integrated = await invokeIntegration(gateway, authorized);
  if (isRefusal(integrated)) return refused(authorized, integrated);

  // 6. Its result as an answer.
  const answer = mapResponse(gateway.api, authorized, integrated);
  if (isRefusal(answer)) return refused(authorized, answer);

  return { answer, resourcePath: authorized.route.resourcePath, refusal: null };
}
