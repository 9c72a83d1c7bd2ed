// --model pact:FILE: no model at all. Airlock itself answers what the partner's contract says a container answers.
import { bytesOf } from '../../contracts/pact/match-body.ts';
import type { ExpectedBody, Pact } from '../../contracts/pact/pact.ts';
import { createStandIn, type StandInAnswer } from '../../contracts/stand-in/create-stand-in.ts';
import type { Clock } from '../clock.ts';
import { AirlockError } from '../errors.ts';
import { modelResponseBytesMax } from '../limits.ts';
import type { Log } from '../log.ts';
import { statesFor } from '../stand-in/active-states.ts';
import { contractStates } from '../stand-in/contract-states.ts';
import { describeNearest } from '../stand-in/nearest-interaction.ts';
import { describeStandIn, type NamedPact } from '../stand-in/read-pact-option.ts';
import { type Model, type ModelAnswer, ModelFailure, type ModelRequest, type ModelState, type StandInFacts } from './model.ts';
import { asResponse, readRequestBody } from './whole-body.ts';

export interface PactModelOptions {
  readonly contract: NamedPact;
  /** States that are set at present, read at each request. */
  readonly activeStates: ReadonlySet<string>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * 400 where no interaction fits: the request is outside the contract, and sending it again will not help. Its body names the nearest.
 * @throws AirlockError MODEL_NOT_READY where the contract's own /ping answers something else than 200
 */
export async function createPactModel({ contract, activeStates, clock, log }: PactModelOptions): Promise<Model> {
  const standIn = createStandIn(contract.pact);
  const closing = new AbortController();
  const ask: Ask = async ({ method, path, headers, body: given, signal }) => {
    const body = await readRequestBody(given);
    const [pathname = '', query = ''] = path.split('?', 2);
    const wanted = signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal]);
    const context = { activeStates: statesFor(contract.pact, activeStates), now: clock.now, values: {}, signal: wanted };
    return standIn.answer({ method, path: pathname, query, headers, body }, context);
  };

  const ping = await ask({ method: 'GET', path: '/ping', headers: {} });
  if (ping.kind === 'noneFits') {
    log.debug({ contract: contract.name }, 'the contract says nothing of GET /ping: the stand-in counts as in service');
  } else if (ping.status !== 200) {
    const message = `${contract.name}: GET /ping is answered ${ping.status} ("${ping.interaction.description}"), so the model never comes into service.`;
    throw new AirlockError('MODEL_NOT_READY', message, 'Let the contract have a /ping that answers 200 in a state of its own, or none.');
  }

  const example = await findExample(contract.pact, ask);
  let state: ModelState = 'inService';
  async function invoke(request: ModelRequest): Promise<ModelAnswer> {
    if (state === 'stopped') throw new ModelFailure('notReady', 'The model is stopped.');
    if (request.signal?.aborted) throw new ModelFailure('aborted', 'The caller went away.');
    const answer = await ask(request).catch((error: unknown) => {
      if (closing.signal.aborted) throw new ModelFailure('notReady', 'The model is stopped.');
      if (request.signal?.aborted) throw new ModelFailure('aborted', 'The caller went away.');
      throw error;
    });
    if (answer.kind === 'answered') return bounded({ status: answer.status, headers: lowerCase(answer.headers), body: answer.body });
    if (request.method === 'GET' && /^\/ping\/?$/.test(request.path)) return { status: 200, headers: {}, body: Buffer.alloc(0) };
    // A container need not have it, and SageMaker then uses its defaults.
    if (request.method === 'GET' && request.path === '/execution-parameters') return { status: 404, headers: {}, body: Buffer.alloc(0) };
    const nearest = describeNearest(answer.nearest);
    log.warn({ contract: contract.name, method: request.method, path: request.path, ...nearest }, 'no interaction of the contract fits');
    return {
      status: 400,
      headers: { 'content-type': 'application/json' },
      body: answer.body,
      ...(nearest.nearestInteraction !== null && { nearestInteraction: nearest.nearestInteraction }),
    };
  }

  return {
    // Nothing of the partner's runs, so nothing could carry data away; but nothing was verified either: our own process answers, and
    // that can reach a network. `sealed` is what was verified, never what is likely.
    sealed: false,
    description: `${describeStandIn(contract)}; NOT sealed: no model runs, Airlock answers itself`,
    standIn: { contract: contract.name, states: contractStates(contract.pact), example },
    get state() {
      return state;
    },
    request: invoke,
    open: async (request) => asResponse(await invoke(request)),
    async close() {
      state = 'stopped';
      closing.abort();
    },
  };
}

type Ask = (request: Pick<ModelRequest, 'method' | 'path' | 'headers' | 'body' | 'signal'>) => Promise<StandInAnswer>;

/** Asked of the stand-in itself: an example that another interaction takes away, or that is refused, shows nothing. JSON before other types. */
async function findExample({ interactions }: Pact, ask: Ask): Promise<StandInFacts['example']> {
  const examples = interactions
    .filter(({ request, response }) => request.method === 'POST' && request.path === '/invocations' && response.status === 200)
    .map(({ request }) => exampleOf(request.body))
    .filter((example) => example !== null)
    .sort((one, other) => Number(other.contentType === 'application/json') - Number(one.contentType === 'application/json'));
  for (const example of examples) {
    const headers = { 'content-type': example.contentType, accept: example.contentType };
    const answer = await ask({ method: 'POST', path: '/invocations', headers, body: example.body });
    if (answer.kind === 'answered' && answer.status === 200) return example;
  }
  return null;
}

function exampleOf(body: ExpectedBody | null): StandInFacts['example'] {
  return body === null || body.kind === 'empty' ? null : { contentType: body.contentType, body: bytesOf(body) };
}

function bounded(answer: ModelAnswer): ModelAnswer {
  if (answer.body.length <= modelResponseBytesMax) return answer;
  throw new ModelFailure('answerTooLarge', `The contract's answer has ${answer.body.length} bytes; ${modelResponseBytesMax} is the most.`);
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
