// Does the request have what the method's validator asks for? Parameters first, then the body against its schema.
import type { Refusal } from '../refusal.ts';
import type { AuthorizedRequest } from '../request-stages.ts';

/** The schema's patterns are the template author's own regular expressions: nothing here guards against a slow one. */
export function validateRequest(request: AuthorizedRequest): Refusal | null {
  return request.route.validate(request);
}
