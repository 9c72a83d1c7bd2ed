// The response of an interaction, as a stand-in sends it: the pact's own generators, generated values where it has matchers, else examples.
import { applyGenerator, type GenerationContext } from './apply-generator.ts';
import { isJsonObject, jsonText, numberOf } from './exact-json.ts';
import { bodyGenerators, generateValue } from './generate-value.ts';
import { createGenerationBudget, GenerationTooLarge } from './generation-budget.ts';
import { isHeaderText } from './header-values.ts';
import { bytesOf } from './match-body.ts';
import { matchResponse } from './match-request.ts';
import type { ExpectedBody, ExpectedResponse } from './pact.ts';
import { bodyRuleSet } from './rule-set.ts';

export interface GeneratedResponse {
  readonly status: number;
  /** Several values of one header are joined by ", ". */
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/** The example, unchanged, where generating would go beyond the budget of one answer. */
export function generateResponse(response: ExpectedResponse, context: Omit<GenerationContext, 'budget'>): GeneratedResponse {
  try {
    return generate(response, { ...context, budget: createGenerationBudget() });
  } catch (error) {
    if (!(error instanceof GenerationTooLarge)) throw error;
    return exampleOf(response);
  }
}

function exampleOf(response: ExpectedResponse): GeneratedResponse {
  const { status, body } = response;
  return { status, headers: generateHeaders(response, null), body: body === null ? Buffer.alloc(0) : bytesOf(body) };
}

function generate(response: ExpectedResponse, context: GenerationContext): GeneratedResponse {
  const status = generateStatus(response, context);
  const headers = generateHeaders(response, context);
  const example = { ...exampleOf(response), status, headers };
  if (response.body === null) return example;
  const unruled: string[] = [];
  const generated = { status, headers, body: generateBody(response.body, response, context, (path) => unruled.push(path)) };
  // The contract's own matcher has the last word: an answer that does not fit is never sent instead of one that does.
  const differences = matchResponse(response, generated).filter(({ part }) => part === 'body');
  const isUnruled = (path: string) =>
    unruled.some((place) => path === place || path.startsWith(`${place}.`) || path.startsWith(`${place}[`));
  return differences.every(({ path }) => isUnruled(path)) ? generated : example;
}

function generateStatus({ status, generators }: ExpectedResponse, context: GenerationContext): number {
  if (generators.status === null) return status;
  const generated = numberOf(applyGenerator(generators.status, status, context));
  return Number.isInteger(generated) && generated >= 200 && generated <= 599 ? generated : status;
}

/** Without a context: the examples. */
function generateHeaders(response: ExpectedResponse, context: GenerationContext | null): Record<string, string> {
  const headers = Object.entries(response.headers).map(([name, values]): [string, string] => {
    const example = values.join(', ');
    const generator = Object.hasOwn(response.generators.header, name.toLowerCase())
      ? response.generators.header[name.toLowerCase()]
      : undefined;
    const generated = generator === undefined || context === null ? undefined : applyGenerator(generator, example, context);
    if (generated === undefined) return [name, example];
    const text = jsonText(generated);
    if (!isHeaderText(text)) return [name, example];
    if (!Object.hasOwn(response.matchingRules.header, name.toLowerCase())) return [name, text];
    const fits = matchResponse(response, { status: response.status, headers: { [name]: text }, body: Buffer.alloc(0) });
    return [name, fits.some(({ part, path }) => part === 'header' && path === name) ? example : text];
  });
  const hasType = headers.some(([name]) => name.toLowerCase() === 'content-type');
  const type = response.body === null || response.body.kind === 'empty' ? undefined : response.body.contentType;
  return Object.fromEntries(hasType || type === undefined ? headers : [...headers, ['Content-Type', type]]);
}

function generateBody(
  body: ExpectedBody,
  response: ExpectedResponse,
  context: GenerationContext,
  onUnruled: (path: string) => void,
): Buffer {
  const generation = {
    generators: bodyGenerators(response.generators.body),
    rules: bodyRuleSet(response.matchingRules.body),
    context,
    onUnruled,
  };
  if (body.kind === 'json') return Buffer.from(JSON.stringify(generateValue(['$'], body.value, generation)));
  if (body.kind !== 'text') return bytesOf(body);
  const generated = generateValue(['$'], body.text, generation);
  return isJsonObject(generated) || Array.isArray(generated) ? bytesOf(body) : Buffer.from(jsonText(generated));
}
