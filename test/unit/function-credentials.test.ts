import { expect, test } from 'vitest';
import { functionEnvironment } from '../../emulator/function-environment.ts';
import { createCredentialStore } from '../../emulator/iam/credential-store.ts';
import type { RoleSessionPrincipal } from '../../emulator/iam/principal.ts';
import { sampleFunction } from './functions/sample-function.ts';

const session: RoleSessionPrincipal = {
  kind: 'role-session',
  accountId: '111111111111',
  arn: 'arn:aws:sts::111111111111:assumed-role/role/sample',
  roleArn: 'arn:aws:iam::111111111111:role/role',
  roleName: 'role',
  sessionName: 'sample',
  userId: 'AROA:sample',
  policies: [],
  permissionsBoundary: null,
};

test("an environment's credentials are its own, and end with it", () => {
  const credentials = createCredentialStore();
  const environmentOf = () => functionEnvironment({ definition: sampleFunction(), session, awsUrl: 'http://127.0.0.1:1', credentials });
  const [one, other] = [environmentOf(), environmentOf()];
  const keyOf = ({ variables }: typeof one) => variables.AWS_ACCESS_KEY_ID ?? '';
  expect(credentials.find(keyOf(one))?.principal).toBe(session);
  one.release();
  expect(credentials.find(keyOf(one))).toBeUndefined();
  expect(credentials.find(keyOf(other))?.principal).toBe(session);
});
