// Composition of the provider states: every group with the parts that it changes.

import type { Clock } from '../clock.ts';
import type { Faults } from '../faults.ts';
import type { Credentials } from '../iam/principal.ts';
import type { KeyMaterial } from '../kms/key-material.ts';
import type { PrincipalName } from '../local-principals.ts';
import type { Log } from '../log.ts';
import { partnerSigner, tokenClaims } from '../partner-signer.ts';
import type { ActiveStates } from '../stand-in/active-states.ts';
import type { Deployment } from '../template/deployment.ts';
import { createProviderStates, type ProviderStates } from './create-provider-states.ts';
import { createTokenIssuer } from './issue-token.ts';
import { largeRequestStates } from './large-request-states.ts';
import { type LocalObjects, openLocalObjects } from './local-objects.ts';
import { modelStates } from './model-states.ts';
import { repeatedRequestStates } from './repeated-request-states.ts';
import { createRequestSender } from './request-sender.ts';
import type { StateSetters } from './state-setter.ts';
import { createSubscriptionRecord } from './subscription-record.ts';
import { subscriptionStates } from './subscription-states.ts';
import { tokenStates } from './token-states.ts';

export interface ProviderStateParts {
  readonly deployment: Deployment;
  readonly faults: Faults;
  readonly activeStates: ActiveStates;
  /** States of the stand-ins' contracts; none where no stand-in runs. */
  readonly standInStates?: readonly ReadonlySet<string>[];
  readonly keyMaterial: KeyMaterial;
  readonly apiUrl: string | null;
  readonly awsUrl: string;
  readonly region: string;
  readonly credentials: Readonly<Record<PrincipalName, Credentials>>;
  readonly clock: Clock;
  readonly log: Log;
}

/** The demo's product, where the templates name none. */
const productCodeDefault = 'airlock-identity';

export interface StartedProviderStates extends ProviderStates {
  /**
   * For a start over objects of an earlier one: puts back what that one could not, because it was killed while a state was set.
   * @throws AirlockError NOT_AVAILABLE
   */
  restore(): Promise<void>;
}

/** Close it before the gateways and the AWS endpoint. */
export function startProviderStates(parts: ProviderStateParts): StartedProviderStates {
  const { deployment, faults, activeStates, standInStates = [], keyMaterial, apiUrl, clock, log } = parts;
  const claims = tokenClaims(deployment);
  const tokens = createTokenIssuer({ partner: partnerSigner(deployment, keyMaterial).partnerSigner, claims, clock });
  const partnerObjects = openOnce(parts, 'partner-admin');
  const customerObjects = openOnce(parts, 'customer-admin');
  const record = createSubscriptionRecord(deployment, partnerObjects.open);
  const openObjects = customerObjects.open;
  const sender = createRequestSender({ deployment, tokens, subject: claims.sub, apiUrl, openObjects });
  const setters: StateSetters = {
    ...subscriptionStates({ deployment, faults, record, productCode: claims.aud ?? productCodeDefault }),
    ...tokenStates({ tokens, apiUrl, clock }),
    ...modelStates({ deployment, faults, tokens }),
    ...repeatedRequestStates({ deployment, faults, tokens, sender }),
    ...largeRequestStates({ deployment, faults, tokens, sender, apiUrl, openObjects, now: () => clock.now() }),
  };
  const states = createProviderStates({ setters, activeStates, standInStates: new Set(standInStates.flatMap((names) => [...names])), log });
  const close = async () => {
    await states.close();
    await Promise.all([partnerObjects.close(), customerObjects.close()]);
  };
  return { set: states.set, restore: record.restore, close, [Symbol.asyncDispose]: close };
}

/** One client for an account's objects, made when it is first needed. */
function openOnce({ awsUrl, region, credentials }: ProviderStateParts, principal: PrincipalName) {
  let objects: Promise<LocalObjects> | null = null;
  return {
    open: () => {
      objects ??= openLocalObjects({ awsUrl, region, credentials: credentials[principal] });
      return objects;
    },
    close: async () => (await objects)?.close(),
  };
}
