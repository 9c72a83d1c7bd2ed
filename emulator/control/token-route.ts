// POST /tokens: { "defect": "expired", "claims": { … } } -> 201 { "token", "defect", "signedBy" }.
import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../clock.ts';
import { mintToken, type PartnerSigner } from './mint-token.ts';
import { type GivenClaims, planToken, type TokenDefect, tokenDefects } from './token-defects.ts';

export interface DefaultClaims {
  readonly iss?: string;
  readonly aud?: string;
  readonly sub?: string;
}

export interface TokenRouteOptions {
  readonly ownKid: string;
  readonly partner: PartnerSigner | undefined;
  readonly defaultClaims: DefaultClaims | undefined;
  readonly clock: Clock;
}

const claimsMax = 32;
const time = { type: 'integer', minimum: 0, maximum: 4_102_444_800 };
const text = { type: 'string', minLength: 1, maxLength: 1_024 };
const bodySchema = {
  type: 'object',
  required: ['defect'],
  additionalProperties: false,
  properties: {
    defect: { enum: tokenDefects },
    claims: {
      type: 'object',
      maxProperties: claimsMax,
      properties: { iss: text, aud: text, sub: text, iat: time, exp: time, nbf: time },
      additionalProperties: true,
    },
  },
};

export function addTokenRoute(app: FastifyInstance, { ownKid, partner, defaultClaims, clock }: TokenRouteOptions): void {
  app.post<{ Body: { defect: TokenDefect; claims?: Partial<GivenClaims> } }>(
    '/tokens',
    { schema: { body: bodySchema } },
    async ({ body: { defect, claims = {} }, id }, reply) => {
      const { iss, aud, sub, ...others } = { ...defaultClaims, ...claims };
      if (iss === undefined || aud === undefined || sub === undefined) {
        const message = 'claims: iss, aud and sub are needed; the authorizer of the template says which are right.';
        return reply.code(400).send({ error: { code: 'BAD_REQUEST', message, requestId: id } });
      }
      const now = Math.floor(clock.now() / 1_000);
      const plan = planToken(defect, { jti: randomUUID(), ...others, iss, aud, sub }, now);
      const minted = await mintToken(plan, { jwt: app.jwt, ownKid, partner });
      return reply.code(201).send({ ...minted, defect });
    },
  );
}
