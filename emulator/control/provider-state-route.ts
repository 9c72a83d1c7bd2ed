// POST /provider-states: { "state", "params", "action" } as Pact's verifiers send it -> 200 { values }.
import type { FastifyInstance } from 'fastify';
import type { StateChange } from '../../contracts/provider-states.ts';
import { ProviderStateRefused, type SetProviderState, type StateRefusal } from './provider-state-change.ts';

/** Parameters may hold the body of a request. */
const bodyBytesMax = 64 * 1_024;
const stateLengthMax = 200;

const bodySchema = {
  type: 'object',
  required: ['state'],
  // Verifiers of other versions put more in.
  additionalProperties: true,
  properties: {
    state: { type: 'string', maxLength: stateLengthMax },
    params: { type: ['object', 'null'] },
    action: { enum: ['setup', 'teardown'] },
  },
};

const statuses: Readonly<Record<StateRefusal, number>> = { UNKNOWN_STATE: 404, STATE_NOT_SET: 409, BAD_PARAMS: 400 };

/**
 * For whoever reaches the port: on 127.0.0.1 this machine. No look at the caller's address: to a container whose port is published on
 * 127.0.0.1 only, every call comes from the bridge.
 */
export function addProviderStateRoute(app: FastifyInstance, setProviderState: SetProviderState): void {
  app.post<{ Body: { state: string; params?: StateChange['params'] | null; action?: StateChange['action'] } }>(
    '/provider-states',
    { schema: { body: bodySchema }, bodyLimit: bodyBytesMax },
    async ({ body: { state, params, action = 'setup' }, id }, reply) => {
      try {
        return await setProviderState({ state, params: params ?? {}, action });
      } catch (error) {
        if (!(error instanceof ProviderStateRefused)) throw error;
        return reply.code(statuses[error.code]).send({ error: { code: error.code, message: error.message, requestId: id } });
      }
    },
  );
}
