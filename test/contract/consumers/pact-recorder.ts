// What the consumer tests of one contract share: one interaction a test, and at the end of the file the pact that they wrote.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MatchersV3, PactV4 } from '@pact-foundation/pact';
import type { ConsumerInteraction } from '@pact-foundation/pact-core';
import { afterAll } from 'vitest';
import type { ProviderStateName } from '../../../contracts/provider-states.ts';
import { keepPact } from './keep-pact.ts';
import { interactionKey, normalisePact, type PactFile } from './normalise-pact.ts';

// Pact does not export the names of these.
type Unconfigured = ReturnType<PactV4['addInteraction']>;
type RequestBuilder = Parameters<NonNullable<Parameters<Unconfigured['withRequest']>[2]>>[0];
type ResponseBuilder = Parameters<NonNullable<Parameters<ReturnType<Unconfigured['withRequest']>['willRespondWith']>[1]>>[0];

/** Matchers and generators of Pact may stand wherever a text or a JSON value does. */
export type Text = string | MatchersV3.Matcher<string>;

/**
 * A text is pinned character for character, or by a rule for `$` in matchingRules; its type is the message's Content-Type header. Bytes are
 * for what is no UTF-8: pinned byte for byte, in a request.
 */
export type Body = { readonly json: unknown } | { readonly text: string } | { readonly bytes: Uint8Array };

interface Message {
  readonly headers?: Readonly<Record<string, Text>>;
  readonly body?: Body;
  /** For what no matcher in the body can say, as Pact's builder takes them. */
  readonly matchingRules?: Parameters<RequestBuilder['matchingRules']>[0];
}

export interface RecordedInteraction {
  /** What the user sees, e.g. "asks for a token for a subscribed product". */
  readonly description: string;
  readonly states?: readonly (
    | ProviderStateName
    | { readonly name: ProviderStateName; readonly params: Readonly<Record<string, string>> }
  )[];
  readonly request: Message & { readonly method: string; readonly path: Text; readonly query?: Readonly<Record<string, string>> };
  readonly response: Message & { readonly status: number };
}

export interface PactRecorder {
  /**
   * Serves the interaction on a port of its own while `test` runs the consumer against it. Rejects with what did not fit, or with
   * what `test` threw, or with both.
   */
  record(interaction: RecordedInteraction, test: (mockUrl: string) => Promise<void>): Promise<void>;
  /** The last test of the file calls it: checks that nothing was lost, then writes the pact or compares it with the committed one. */
  finish(): Promise<void>;
}

/** To be called once in a file, outside of its tests; interactions are recorded one after the other. */
export function createPactRecorder({ consumer, provider }: { readonly consumer: string; readonly provider: string }): PactRecorder {
  const begun = new Set<string>();
  const recorded: string[] = [];
  let directory: string | undefined;
  afterAll(async () => {
    if (directory !== undefined) await rm(directory, { recursive: true, force: true });
  });

  return {
    async record(interaction, test) {
      const key = interactionKey(interaction.description, statesOf(interaction));
      // Pact would replace the first one without a word.
      if (begun.has(key)) throw new Error(`two tests record "${interaction.description}" with the same states`);
      begun.add(key);
      directory ??= await mkdtemp(join(tmpdir(), 'airlock-pact-'));
      await runInteraction(new PactV4({ consumer, provider, dir: directory, logLevel: 'error' }), interaction, test);
      recorded.push(key);
    },

    async finish() {
      if (recorded.length < begun.size) {
        throw new Error(`${begun.size - recorded.length} of ${begun.size} interactions failed: the pact is neither written nor compared`);
      }
      if (directory === undefined) throw new Error('no test has recorded an interaction');
      const name = `${consumer}-${provider}.json`;
      const written = JSON.parse(await readFile(join(directory, name), 'utf8')) as PactFile;
      if (written.interactions.length !== recorded.length) {
        throw new Error(`Pact has lost interactions: ${recorded.length} recorded, ${written.interactions.length} in the file`);
      }
      await keepPact(name, normalisePact(written, recorded));
    },
  };
}

function statesOf({ states = [] }: RecordedInteraction) {
  return states.map((state) => (typeof state === 'string' ? { name: state } : state));
}

async function runInteraction(pact: PactV4, interaction: RecordedInteraction, test: (mockUrl: string) => Promise<void>): Promise<void> {
  const { request, response } = interaction;
  const builder = pact.addInteraction().uponReceiving(interaction.description);
  for (const state of statesOf(interaction)) {
    if ('params' in state) builder.given(state.name, state.params);
    else builder.given(state.name);
  }
  let thrown: unknown;
  let hasThrown = false;
  const running = builder
    .withRequest(request.method, request.path, (part) => {
      if (request.query) part.query(request.query);
      describe(part, request, setRequestText);
      if (request.body && 'bytes' in request.body) setRequestBytes(part, request.body.bytes);
    })
    .willRespondWith(response.status, (part) => describe(part, response, setResponseText))
    .executeTest(async (mock) => {
      // Kept from Pact: it would pass on this error alone, without what did not fit, which is mostly its cause.
      try {
        await test(mock.url);
      } catch (error) {
        hasThrown = true;
        thrown = error;
      }
    });
  try {
    await running;
  } catch (error) {
    const misfit = error instanceof Error ? error.message : String(error);
    if (!hasThrown) throw new Error(misfit);
    throw new Error(`${misfit}\n\nand the test: ${thrown instanceof Error ? thrown.message : String(thrown)}`, { cause: thrown });
  }
  if (hasThrown) throw thrown;
}

function describe(part: RequestBuilder | ResponseBuilder, { headers = {}, body, matchingRules }: Message, setText: SetText): void {
  if (body && 'json' in body) part.jsonBody(body.json);
  // After the body: Pact sets a Content-Type of its own with it.
  if (body && 'text' in body) part.headers(describeText(part, { headers, text: body.text, setText }));
  else part.headers({ ...headers });
  if (matchingRules) part.matchingRules(matchingRules);
}

// Pact's builder has no method for a text: its body() pins only what kind of file the bytes look like.
type SetText = (interaction: ConsumerInteraction, text: string, contentType: string) => void;
const setRequestText: SetText = (interaction, text, contentType) => interaction.withRequestBody(text, contentType);
const setResponseText: SetText = (interaction, text, contentType) => interaction.withResponseBody(text, contentType);

/**
 * Trap: Pact compares the type that it is given with the one that it detects in the bytes. The message's Content-Type therefore needs a
 * matcher, and the bytes a rule of their own.
 */
function setRequestBytes(part: RequestBuilder, bytes: Uint8Array): void {
  part.body('text/plain', Buffer.from(bytes));
  part.matchingRules({ body: { path: '$', rules: [{ 'pact:matcher:type': 'equality' } as MatchersV3.Matcher<string>] } });
}

/** The headers to pin. */
function describeText(
  part: RequestBuilder | ResponseBuilder,
  { headers, text, setText }: { readonly headers: Readonly<Record<string, Text>>; readonly text: string; readonly setText: SetText },
): Record<string, Text> {
  const { interaction } = part as unknown as { readonly interaction: ConsumerInteraction };
  const given = headers['Content-Type'] ?? 'text/plain';
  const contentType = typeof given === 'string' ? given : String(given.value);
  // Trap: to Pact application/jsonlines is one JSON value. As plain text it is compared as it is, and Pact lets the header say something
  // else where it has a matcher.
  const isJsonToPact = contentType.startsWith('application/json');
  // And in a pact file it writes a type that it does not know as base64, which nobody can read.
  const isPlainInFile = isJsonToPact || contentType === 'application/x-ndjson';
  setText(interaction, text, isPlainInFile ? 'text/plain' : contentType);
  const needsMatcher = typeof given === 'string' && isPlainInFile;
  return { ...headers, 'Content-Type': needsMatcher ? MatchersV3.regex(`^${given.replace(/[.+*?()]/g, '\\$&')}$`, given) : given };
}
