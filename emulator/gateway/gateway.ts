// What every stage can reach: the compiled API and the parts it was given.
import { type CompiledApi, compileApi } from './compile-api.ts';
import type { DenialTextSet } from './denial-texts.ts';
import type { GatewayOptions } from './gateway-options.ts';

export interface Gateway extends Omit<GatewayOptions, 'api'> {
  readonly api: CompiledApi;
  readonly denialTexts: DenialTextSet;
}

/** @throws AirlockError BAD_TEMPLATE for what is not emulated. */
export function createGateway(options: GatewayOptions): Gateway {
  return { ...options, api: compileApi(options), denialTexts: options.denialTexts ?? 'current' };
}
