// What a caller reads when an authorizer's policy denies. AWS changed both texts in 2025.

export const denialTexts = {
  /** Seen 2025-26 in public logs. [S] */
  current: {
    explicitDeny: 'User is not authorized to access this resource with an explicit deny in an identity-based policy',
    implicitDeny: 'User is not authorized to access this resource because no identity-based policy allows the execute-api:Invoke action',
  },
  /** AWS knowledge centre, "API Gateway 403 error, Lambda authorizer". */
  before2025: {
    explicitDeny: 'User is not authorized to access this resource with an explicit deny',
    implicitDeny: 'User is not authorized to access this resource',
  },
} as const;

export type DenialTextSet = keyof typeof denialTexts;

/**
 * AWS shows only the last four digits of the API's account in execute-api denials: arn:aws:execute-api:r:********9012:….
 * The form is often seen in public logs; that it holds for every such message is not checked. [M]
 */
export function maskAccount(text: string): string {
  return text.replaceAll(/(arn:aws[\w-]*:execute-api:[^:\s]*:)\d{8}(\d{4}:)/g, '$1********$2');
}
