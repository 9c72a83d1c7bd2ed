// Action and Principal of an AWS::Lambda::Permission. A typing mistake in either would boot, and the permission grant nothing.
import { editDistance, nearest } from '../../did-you-mean.ts';
import { textOf } from '../node-access.ts';
import type { Problems } from '../problems.ts';
import { checkShape, quote, textLike } from '../shape.ts';
import type { TemplateNode } from '../template-node.ts';

/** AWS's own pattern for AddPermission. [D] */
const actionForm = textLike(/^(lambda:[*]|lambda:[a-zA-Z]+|[*])$/, 256);

/** Those that invoke; AWS takes others as well, e.g. lambda:GetFunction, lambda:ListTags. [D, S] */
const invokeActions = ['lambda:InvokeFunction', 'lambda:InvokeFunctionUrl', 'lambda:InvokeAsync'];
const typosMax = 3;

/** What begins with Invoke, or nearly is one that invokes, is meant to invoke; the case of letters does not count. [M: AWS's refusal was not seen] */
export function checkPermissionAction(node: TemplateNode, problems: Problems): void {
  const before = problems.list.length;
  checkShape(node, actionForm, problems);
  const action = textOf(node)?.toLowerCase() ?? '*';
  if (problems.list.length > before || action.includes('*')) return;
  const edits = invokeActions.map((known) => editDistance(action, known.toLowerCase()));
  if (edits.includes(0) || !(action.startsWith('lambda:invoke') || Math.min(...edits) <= typosMax)) return;
  const meant = nearest(action, invokeActions.slice(0, 2)) ?? 'lambda:InvokeFunction';
  problems.report(node.at, `Lambda has no action ${quote(textOf(node) ?? '')}`, `Did you mean ${meant}?`);
}

/** Services whose principal is not in amazonaws.com; `alexa-appkit.smapi.amazon.com` for one was refused. [S] */
const otherServices = ['alexa-appkit.amazon.com', 'alexa-connectedhome.amazon.com'];
const servicePrincipal = /^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$/i;
const gateway = 'apigateway.amazonaws.com';

/** "The provided principal was invalid. Please check the principal and try again." [S] */
export function checkPermissionPrincipal(node: TemplateNode, problems: Problems): void {
  const before = problems.list.length;
  checkShape(node, textLike(/^\S+$/, 256), problems);
  const principal = textOf(node);
  if (problems.list.length > before || principal === null) return;
  if (principal === '*' || /^\d{12}$/.test(principal) || /^arn:[^:]+:(iam|sts):/.test(principal)) return;
  // No service's name is that near to the one that is emulated.
  const misspelt = principal !== gateway && editDistance(principal, gateway) <= 2;
  if ((servicePrincipal.test(principal) && !misspelt) || otherServices.includes(principal)) return;
  const near =
    nearest(principal, [gateway, ...otherServices]) ?? nearest(principal.replace(/(\.amazon)?\.com$/, '.amazonaws.com'), [gateway]);
  const hint =
    near === null ? `Write an account's 12 digits, the ARN of a role or user, or a service, e.g. ${gateway}.` : `Did you mean ${near}?`;
  problems.report(node.at, `${quote(principal)} is no principal: AWS refuses it`, hint);
}
