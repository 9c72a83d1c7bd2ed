// A gateway on a free port in front of JavaScript functions, closed after the test.
import { onTestFinished } from 'vitest';
import type { GatewayOptions } from '../../../emulator/gateway/gateway-options.ts';
import { type StartedGateway, startGateway } from '../../../emulator/gateway/start-gateway.ts';
import type { RestApi } from '../../../emulator/template/api-definition.ts';
import { createTestInvoker, gatewayOptions, restApi, type TestFunction, type TestInvoker } from '../../unit/gateway/api-fixture.ts';

export interface GatewayForTest extends StartedGateway {
  readonly invoker: TestInvoker;
}

export async function gatewayFor(
  functions: Readonly<Record<string, TestFunction>>,
  api: Partial<RestApi> = {},
  more: Partial<GatewayOptions> = {},
): Promise<GatewayForTest> {
  const invoker = createTestInvoker(functions);
  const gateway = await startGateway({ ...gatewayOptions({ invoker, api: restApi(api), ...more }), port: 0 });
  onTestFinished(() => gateway.close());
  return { ...gateway, invoker };
}

/** A handler that returns its event. */
export const echo: TestFunction = (event) => ({ statusCode: 200, body: JSON.stringify(event) });
