// What a caller reads when a policy denies: the authorizer's, or the API's own. AWS changed the texts in 2025.

/** Of an authorizer's policy. */
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

/** What follows the resource in the denial of an API's own policy, for a caller who has not signed. */
export const resourcePolicyDenials: Readonly<Record<DenialTextSet, Readonly<Record<'explicitDeny' | 'implicitDeny', string>>>> = {
  current: {
    /** IAM's general form [D], that an API's policy uses it is not checked. [M] */
    explicitDeny: ' with an explicit deny in a resource-based policy',
    /** Most public logs end after the resource [S]; a few of 2025-26 go on with "because no resource-based policy allows …". */
    implicitDeny: '',
  },
  /** Both seen in public logs. [S] */
  before2025: { explicitDeny: ' with an explicit deny', implicitDeny: '' },
};

/**
 * AWS shows only the last four digits of the API's account in execute-api denials: arn:aws:execute-api:r:********9012:….
 * The form is often seen in public logs; that it holds for every such message is not checked. [M]
 */
export function maskAccount(text: string): string {
  return text.replaceAll(/(arn:aws[\w-]*:execute-api:[^:\s]*:)\d{8}(\d{4}:)/g, '$1********$2');
}
