// Every stage of every API is served; `apis` names each API by its first one.
import type { RestApi } from '../template/api-definition.ts';

export interface StageUrl {
  /** The API's name in `apis`. */
  readonly api: string;
  readonly stageName: string;
  readonly url: string;
}

/** In the order of the templates. `apis`: URL of the first stage by logical id, or by `stack.logicalId` where two templates share one. */
export function stageUrls(apis: Readonly<Record<string, string>>, restApis: readonly RestApi[]): readonly StageUrl[] {
  return restApis.flatMap(({ logicalId, stackName, stages }) => {
    const api = Object.hasOwn(apis, logicalId) ? logicalId : `${stackName}.${logicalId}`;
    const first = apis[api];
    if (first === undefined) return [];
    return stages.map(({ stageName }) => ({ api, stageName, url: new URL(`/${stageName}`, first).href }));
  });
}
