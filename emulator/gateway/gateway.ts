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
  const mayInvoke = rememberAnswers(options.mayInvoke);
  return { ...options, mayInvoke, api: compileApi({ ...options, mayInvoke }), denialTexts: options.denialTexts ?? 'current' };
}

/** IAM's evaluation was a tenth of an open request. As many pairs as there are stages, methods and authorizers: bounded by the template. */
function rememberAnswers(mayInvoke: GatewayOptions['mayInvoke']): GatewayOptions['mayInvoke'] {
  const answers = new Map<string, boolean>();
  return (functionArn, sourceArn) => {
    const key = `${functionArn} ${sourceArn}`;
    const answer = answers.get(key) ?? mayInvoke(functionArn, sourceArn);
    answers.set(key, answer);
    return answer;
  };
}
