// --partner pact:FILE: behind Lambda's own checks (signature, permission, alias) the contract answers, and the partner's code never runs.
import type { Pact, RuleList } from '../../contracts/pact/pact.ts';
import { createStandIn } from '../../contracts/stand-in/create-stand-in.ts';
import type { AwsAnswer, AwsCall } from '../aws/service.ts';
import type { Clock } from '../clock.ts';
import { functionResponseBytesMax } from '../limits.ts';
import type { Log } from '../log.ts';
import { statesFor } from '../stand-in/active-states.ts';
import { describeNearest } from '../stand-in/nearest-interaction.ts';
import type { NamedPact } from '../stand-in/read-pact-option.ts';
import type { FunctionDefinition } from '../template/deployment.ts';
import { executedVersion } from './executed-version.ts';
import type { InvokeContent, InvokeTarget } from './invoke-request.ts';
import type { FunctionError } from './outcome.ts';
import { expiryOf, replaceToken, withTokenGenerators } from './token-in-answer.ts';

/** Answers in place of one function; the template's alias, permission and limits stay in force. */
export interface FunctionStandIn {
  readonly functionArn: string;
  /** For an Invoke that Lambda has let through. */
  answer(call: AwsCall, accepted: AcceptedInvoke): Promise<AwsAnswer>;
}

export interface AcceptedInvoke {
  readonly definition: FunctionDefinition;
  readonly target: InvokeTarget;
  readonly content: InvokeContent;
}

/** A token that the customer's authorizer takes; `expiresAt` in seconds since 1970. */
export type SignStandInToken = (claims: { readonly productCode: string | null; readonly expiresAt: number }) => Promise<string>;

export interface PactFunctionOptions {
  readonly functionArn: string;
  readonly contract: NamedPact;
  /** States that are set at present, read at each call. */
  readonly activeStates: ReadonlySet<string>;
  /** Null where no template has a key of the partner: the contract's own example is answered then. */
  readonly signToken: SignStandInToken | null;
  readonly clock: Clock;
  readonly log: Log;
}

/** Ours: what a stand-in's token lives; the real one may live 15 minutes. */
const tokenLifetimeMs = 10 * 60_000;
/** Set by the endpoint itself, or about one connection. */
const notPassedOn = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive', 'date', 'x-amzn-requestid']);

export function createPactFunction({ functionArn, contract, activeStates, signToken, clock, log }: PactFunctionOptions): FunctionStandIn {
  const pact = atAnyFunction(contract.pact);
  const standIn = createStandIn(signToken === null ? pact : withTokenGenerators(pact));
  if (signToken === null) log.warn({ contract: contract.name }, 'no template has a key of the partner: the stand-in answers no real token');

  async function ask(call: AwsCall, { target, content }: AcceptedInvoke) {
    const now = clock.now();
    const productCode = productCodeOf(content.payload);
    // Whole seconds, as the token has them.
    const expiresAtMs = Math.floor((now + tokenLifetimeMs) / 1_000) * 1_000;
    const values = {
      functionArn: encodeURIComponent(target.invokedArn),
      expiresAt: new Date(expiresAtMs).toISOString(),
      ...(signToken !== null && { token: await signToken({ productCode, expiresAt: expiresAtMs / 1_000 }) }),
    };
    const context = { activeStates: statesFor(contract.pact, activeStates), now: () => now, values };
    const answer = await standIn.answer(requestOf(call), context);
    if (answer.kind === 'noneFits' || signToken === null || values.token === undefined) return answer;
    const expiresAt = expiryOf(answer.body);
    if (expiresAt === null || expiresAt === expiresAtMs / 1_000) return answer;
    // The contract fixes or generates another time: the token says the same.
    return { ...answer, body: replaceToken(answer.body, values.token, await signToken({ productCode, expiresAt })) };
  }

  return {
    functionArn,
    async answer(call, accepted) {
      const { definition, target, content } = accepted;
      const answer = await ask(call, accepted);
      const version = executedVersion(definition, target.qualifier) ?? '$LATEST';
      const { nearestInteraction, differs } = describeNearest(answer.kind === 'noneFits' ? answer.nearest : []);
      if (answer.kind === 'noneFits') {
        const facts = { contract: contract.name, functionName: definition.functionName, nearestInteraction, differs };
        log.warn(facts, 'no interaction of the contract fits');
        if (nearestInteraction !== null) call.annotate({ nearestInteraction });
      }
      // Lambda gives what an asynchronous invocation returns to nobody.
      if (content.invocationType === 'Event') return { status: 202, headers: { 'x-amzn-RequestId': call.requestId }, body: '' };
      const given = answer.kind === 'noneFits' ? failed(noInteractionFits(nearestInteraction, differs)) : bounded(answer);
      return asLambda(given, { call, version });
    },
  };
}

interface GivenAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** As Lambda answers an Invoke: what the contract says, and the headers that Lambda has always. */
function asLambda({ status, headers: given, body }: GivenAnswer, { call, version }: { call: AwsCall; version: string }): AwsAnswer {
  const headers = Object.fromEntries(Object.entries(given).filter(([name]) => !notPassedOn.has(name.toLowerCase())));
  const has = (name: string) => Object.keys(headers).some((one) => one.toLowerCase() === name);
  if (status === 200) call.annotate({ executedVersion: version, outcome: has('x-amz-function-error') ? 'threw' : 'returned' });
  return {
    status,
    headers: {
      ...(!has('content-type') && { 'Content-Type': 'application/json' }),
      ...(status === 200 && !has('x-amz-executed-version') && { 'X-Amz-Executed-Version': version }),
      ...headers,
      'x-amzn-RequestId': call.requestId,
    },
    body,
  };
}

/** Lambda has found the function by then: an ARN in the contract is an example, of another account. */
function atAnyFunction(pact: Pact): Pact {
  const path: RuleList = { combine: 'AND', matchers: [{ match: 'regex', regex: '/2015-03-31/functions/[^/]+/invocations/?' }] };
  const interactions = pact.interactions.map((one) => {
    const { request } = one;
    const isExample = request.matchingRules.path === null && /^\/2015-03-31\/functions\/[^/]+\/invocations\/?$/.test(request.path);
    return isExample ? { ...one, request: { ...request, matchingRules: { ...request.matchingRules, path } } } : one;
  });
  return { ...pact, interactions };
}

function requestOf(call: AwsCall) {
  if (!Buffer.isBuffer(call.body)) throw new TypeError('The AWS endpoint buffers the bodies of Lambda calls.');
  const query = new URLSearchParams(call.query.map(([name, value]): [string, string] => [name, value])).toString();
  return { method: call.method, path: call.rawPath, query, headers: Object.fromEntries(call.headers), body: call.body };
}

/** 200 also where a function failed: the header says so. */
function failed(error: FunctionError): GivenAnswer {
  return { status: 200, headers: { 'X-Amz-Function-Error': 'Unhandled' }, body: Buffer.from(JSON.stringify(error)) };
}

function noInteractionFits(nearest: string | null, differs: readonly string[]): FunctionError {
  const near = nearest === null ? 'The contract has none.' : `The nearest is "${nearest}": ${differs.join('; ')}.`;
  return { errorType: 'NoInteractionFits', errorMessage: `No interaction of the contract fits this request. ${near}` };
}

/** As Lambda's runtime says it. */
function bounded(answer: GivenAnswer): GivenAnswer {
  const bytes = answer.body.length;
  if (bytes <= functionResponseBytesMax) return answer;
  const errorMessage = `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${functionResponseBytesMax} bytes).`;
  return failed({ errorType: 'Function.ResponseSizeTooLarge', errorMessage });
}

function productCodeOf(payload: string): string | null {
  const { productCode } = (JSON.parse(payload) ?? {}) as { productCode?: unknown };
  return typeof productCode === 'string' && productCode.length <= 256 ? productCode : null;
}
