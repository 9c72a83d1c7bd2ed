// Values that are known only when a contract is verified or served: the setup of the provider state returns them.

/** The placeholder of a value that contracts/provider-states.ts names, for the expressions of Pact's ProviderState generators. */
export function stateValue(name: string): string {
  return `$\{${name}}`;
}

interface RegexFromState {
  /** Whatever the state returns must fit, and so must what the consumer sends or gets. */
  readonly regex: string;
  /** Text with placeholders, see stateValue. */
  readonly expression: string;
  /** What the mock server uses, and what stands in the pact. */
  readonly example: string;
}

/** A matcher with a generator. Pact's own fromProviderState matches by type only: in a path it would let any text through. */
export function regexFromState({ regex, expression, example }: RegexFromState) {
  if (!new RegExp(regex).test(example)) throw new Error(`the example does not match ${regex}`);
  return { 'pact:matcher:type': 'regex', regex, 'pact:generator:type': 'ProviderState', expression, value: example };
}
