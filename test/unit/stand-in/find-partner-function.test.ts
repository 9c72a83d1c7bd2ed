import { describe, expect, it } from 'vitest';
import { findPartnerFunction } from '../../../emulator/functions/find-partner-function.ts';
import type { Deployment, FunctionDefinition, Role } from '../../../emulator/template/deployment.ts';
import { sampleFunction } from '../functions/sample-function.ts';

const partner = '111111111111';
const customer = '222222222222';

function functionOf(accountId: string, functionName: string, environment: Record<string, string> = {}): FunctionDefinition {
  return sampleFunction({ accountId, functionName, arn: `arn:aws:lambda:us-east-1:${accountId}:function:${functionName}`, environment });
}

function roleFor(accountId: string, Resource: string): Role {
  const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow' as const, Action: 'lambda:InvokeFunction', Resource }] };
  return { accountId, policies: [{ name: 'p', document }] } as unknown as Role;
}

function find(functions: readonly FunctionDefinition[], roles: readonly Role[] = []): string {
  return findPartnerFunction({ functions, roles } as unknown as Deployment, partner).functionName;
}

const tokens = functionOf(partner, 'tokens');
const reports = functionOf(partner, 'reports');
const tokensExtra = functionOf(partner, 'tokens-2');

describe("the partner's function", () => {
  it('is the only one of its account', () => {
    expect(find([functionOf(customer, 'init'), tokens])).toBe('tokens');
  });

  it("of several is the one that the customer's functions name, with its alias", () => {
    expect(find([reports, tokensExtra, tokens, functionOf(customer, 'init', { PARTNER: `${tokens.arn}:s-1` })])).toBe('tokens');
  });

  it('of several is the one that a role of the customer may invoke', () => {
    expect(find([reports, tokens, functionOf(customer, 'init')], [roleFor(customer, `${tokens.arn}:s-1`)])).toBe('tokens');
  });

  it('is not clear where none or several are named: the error says which there are', () => {
    expect(() => find([reports, tokens])).toThrow(/2 \(reports, tokens\); none of them is named/);
    const init = functionOf(customer, 'init', { ONE: `${tokens.arn}:s-1`, OTHER: reports.arn });
    expect(() => find([reports, tokens, init])).toThrow(/several are named/);
    expect(() => find([reports, functionOf(partner, 'other', { ONE: tokens.arn }), tokens])).toThrow(/none of them is named/);
  });

  it('is missing where no template has one', () => {
    expect(() => find([functionOf(customer, 'init')])).toThrow(/no template has a function in the partner's account 111111111111/);
  });
});
