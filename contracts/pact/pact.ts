// A pact file as data: specification versions 2 to 4 read into one shape. Nothing here knows Airlock.

export interface Pact {
  readonly consumer: string;
  readonly provider: string;
  /** As the file says it, e.g. "4.0". */
  readonly specification: string;
  /** In the file's order. */
  readonly interactions: readonly Interaction[];
}

export interface Interaction {
  readonly description: string;
  readonly providerStates: readonly ProviderState[];
  /** A provider that does not fulfil it passes nevertheless. */
  readonly pending: boolean;
  readonly request: ExpectedRequest;
  readonly response: ExpectedResponse;
}

export interface ProviderState {
  readonly name: string;
  readonly params: Readonly<Record<string, unknown>>;
}

interface ExpectedMessage {
  /** By name as written; several values where the file has several. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  /** Null: the contract says nothing of the body. */
  readonly body: ExpectedBody | null;
  readonly matchingRules: MatchingRules;
  readonly generators: Generators;
}

export interface ExpectedRequest extends ExpectedMessage {
  readonly method: string;
  /** As sent: percent-encoded. */
  readonly path: string;
  readonly query: Readonly<Record<string, readonly string[]>>;
}

export interface ExpectedResponse extends ExpectedMessage {
  readonly status: number;
}

export type ExpectedBody =
  | { readonly kind: 'json'; readonly contentType: string; readonly value: unknown }
  | { readonly kind: 'text'; readonly contentType: string; readonly text: string }
  | { readonly kind: 'bytes'; readonly contentType: string; readonly bytes: Buffer }
  /** The contract asks for an empty body. */
  | { readonly kind: 'empty' };

/** By what they are about. Header names are lower case, body keys are paths such as `$.results[0].id` or `$.results[*].id`. */
export interface MatchingRules {
  readonly path: RuleList | null;
  readonly status: RuleList | null;
  readonly query: Readonly<Record<string, RuleList>>;
  readonly header: Readonly<Record<string, RuleList>>;
  readonly body: Readonly<Record<string, RuleList>>;
}

export interface RuleList {
  readonly combine: 'AND' | 'OR';
  readonly matchers: readonly Matcher[];
}

/** As in the file, e.g. `{ match: "regex", regex: "\\d+" }`. */
export interface Matcher {
  readonly match: string;
  readonly [name: string]: unknown;
}

/** As MatchingRules, one generator each, e.g. `{ type: "ProviderState", expression: "${token}" }`. */
export interface Generators {
  readonly path: Generator | null;
  readonly status: Generator | null;
  readonly query: Readonly<Record<string, Generator>>;
  readonly header: Readonly<Record<string, Generator>>;
  readonly body: Readonly<Record<string, Generator>>;
}

export interface Generator {
  readonly type: string;
  readonly [name: string]: unknown;
}
