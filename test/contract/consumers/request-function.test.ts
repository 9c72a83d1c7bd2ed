// Writes the pact request-function -> model-container. Its consumer is the request function that ships, behind the emulator's API and
// SageMaker Runtime, which take off and put on what AWS does; /ping and /execution-parameters are asked by the emulator itself.
// No interaction has a provider state: a container can be verified by itself, whatever it knows.
import { MatchersV3 } from '@pact-foundation/pact';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Airlock, startAirlock } from '../../../emulator/airlock.ts';
import { createLog } from '../../../emulator/log.ts';
import { connectUrlModel } from '../../../emulator/model/url-model.ts';
import { readExecutionParameters } from '../../../emulator/sagemaker/execution-parameters.ts';
import { callRequest } from '../../flow/application.ts';
import { type ModelForwarder, startModelForwarder } from './model-forwarder.ts';
import { createPactRecorder, type RecordedInteraction } from './pact-recorder.ts';
import { codeOrNull, count, share, sharePattern, someText } from './value-rules.ts';

const pact = createPactRecorder({ consumer: 'request-function', provider: 'model-container' });
let forwarder: ModelForwarder;
let airlock: Airlock;

beforeAll(async () => {
  forwarder = await startModelForwarder();
  airlock = await startAirlock({ model: forwarder.url, logLevel: 'silent' });
});

afterAll(async () => {
  await airlock?.close();
  await forwarder?.close();
});

/** The third one has nothing that identifies anybody. The first is in the reference graph of the model that Airlock brings. */
const records = [
  { id: 'c-0001', email: 'lenasample0001@gmail.com', phone: '+49 302 312 5116', country: 'DE' },
  { id: 'c-0002', email: 'new.sample0002@example.org' },
  { id: 'c-0003', country: 'FR' },
];

/** As POST /request is called with these records, or with others. */
async function sendRecords(mockUrl: string, contentType: string, body: string) {
  forwarder.forwardTo(mockUrl);
  try {
    return await callRequest(airlock, body, { contentType });
  } finally {
    forwarder.forwardTo(null);
  }
}

/** What the application is told of an answer of three results. */
function stored(contentType: string) {
  return {
    requestId: expect.any(String),
    result: { bucket: airlock.resultsBucket, key: expect.any(String), contentType, bytes: forwarder.answeredBytes, records: 3 },
  };
}

function invocation(
  description: string,
  mediaType: string,
  { response, ...sent }: Pick<RecordedInteraction, 'response'> & Pick<RecordedInteraction['request'], 'body' | 'matchingRules'>,
): RecordedInteraction {
  return {
    description,
    request: {
      method: 'POST',
      path: '/invocations',
      headers: { 'Content-Type': mediaType, Accept: mediaType },
      ...sent,
    },
    response,
  };
}

function withParameters(mediaType: string) {
  return MatchersV3.regex(`^${escapePattern(mediaType)}( ?;.*)?$`, mediaType);
}

function escapePattern(text: string): string {
  return text.replace(/[.+]/g, '\\$&');
}

/**
 * Whoever stands in for the model has to take every request of the kind, so the three records are only an example: at least one record with
 * any members. (eachValue is what lets members in that the example lacks.)
 */
const [firstRecord, ...otherRecords] = records;
const anyMembers = { 'pact:matcher:type': 'eachValue', rules: [{ 'pact:matcher:type': 'regex', regex: '[\\s\\S]*' }], value: firstRecord };
const anyRecords = { 'pact:matcher:type': 'type', min: 1, value: [anyMembers, ...otherRecords] };
const jsonLinesPattern = '^\\{[^\\r\\n]*\\}(\\r?\\n\\{[^\\r\\n]*\\})*\\s*$';
/** A column that identifies, and a row. */
const tablePattern = '^(?=([^\\r\\n]*,)?"?(email|phone)"?(,|\\r?\\n))[^\\r\\n]*\\r?\\n[^\\r\\n][\\s\\S]*$';

/** Texts; none is fine, as a model need not know these people. */
const names = { 'pact:matcher:type': 'type', min: 0, value: ['email'] };

test('a model that is ready is put in service', async () => {
  const interaction: RecordedInteraction = {
    description: 'asks a model that has started whether it is ready',
    request: { method: 'GET', path: '/ping' },
    response: { status: 200 },
  };
  await pact.record(interaction, async (mockUrl) => {
    const model = await connectUrlModel({ url: mockUrl, startupTimeoutMs: 5_000, log: createLog('silent') });
    expect(model.state).toBe('inService');
    await model.close();
  });
});

test('records as JSON get one result each, in order', async () => {
  const results = [
    { id: 'c-0001', personId: someText('prs_1'), confidence: share(0.995), matchedOn: names, reason: codeOrNull(null) },
    { id: 'c-0002', personId: someText('prs_2'), confidence: share(0.6), matchedOn: names, reason: codeOrNull('NOT_IN_GRAPH') },
    { id: 'c-0003', personId: null, confidence: share(0), matchedOn: [], reason: codeOrNull('NO_IDENTIFIER') },
  ];
  const interaction = invocation('sends three records as JSON', 'application/json', {
    body: { json: { records: anyRecords } },
    response: { status: 200, headers: { 'Content-Type': withParameters('application/json') }, body: { json: { results } } },
  });
  await pact.record(interaction, async (mockUrl) => {
    const answer = await sendRecords(mockUrl, 'application/json', JSON.stringify({ records }));
    expect(answer).toMatchObject({ status: 200, json: stored('application/json') });
  });
});

test('records as JSON Lines get one line each, in order', async () => {
  // The members of a line may stand in any order.
  const line = (id: string, personId: string) => {
    const members = [
      `"id": ?"${id}"`,
      `"personId": ?${personId}`,
      `"confidence": ?${sharePattern} ?[,}]`,
      '"matchedOn": ?\\[("[^"]*"(, ?"[^"]*")*)?\\]',
      '"reason": ?(null|"[A-Z][A-Z0-9_]*")',
    ];
    return `\\{${members.map((member) => `(?=[^\\r\\n]*${member})`).join('')}[^\\r\\n]*\\}`;
  };
  const lines = [line('c-0001', '"[^"]+"'), line('c-0002', '"[^"]+"'), line('c-0003', 'null')];
  const example = [
    { id: 'c-0001', personId: 'prs_1', confidence: 0.995, matchedOn: ['email', 'phone'], reason: null },
    { id: 'c-0002', personId: 'prs_2', confidence: 0.6, matchedOn: [], reason: 'NOT_IN_GRAPH' },
    { id: 'c-0003', personId: null, confidence: 0, matchedOn: [], reason: 'NO_IDENTIFIER' },
  ];
  const text = records.map((record) => `${JSON.stringify(record)}\n`).join('');
  const interaction = invocation('sends three records as JSON Lines', 'application/jsonlines', {
    ...anyText(text, jsonLinesPattern),
    response: textAnswer('application/jsonlines', {
      text: example.map((result) => `${JSON.stringify(result)}\n`).join(''),
      regex: `^${lines.join('\\r?\\n')}(\\r?\\n)?$`,
    }),
  });
  await pact.record(interaction, async (mockUrl) => {
    const answer = await sendRecords(mockUrl, 'application/jsonlines', text);
    expect(answer).toMatchObject({ status: 200, json: stored('application/jsonlines') });
  });
});

test('records as CSV get one row each, in order', async () => {
  // Fields may stand in quotes.
  const field = (pattern: string) => `(${pattern}|"${pattern}")`;
  const row = (...patterns: string[]) => patterns.map(field).join(',');
  const result = (id: string, personId: string) => row(id, personId, sharePattern, '[A-Za-z0-9_ ]*', '([A-Z][A-Z0-9_]*)?');
  const columns = ['id', 'personId', 'confidence', 'matchedOn', 'reason'];
  const personId = '[^,"\\r\\n]+';
  const rows = [row(...columns), result('c-0001', personId), result('c-0002', personId), result('c-0003', '')];
  const text = ['id,email,phone,country', 'c-0001,lenasample0001@gmail.com,+49 302 312 5116,DE', 'c-0002,new.sample0002@example.org,,']
    .concat('c-0003,,,FR', '')
    .join('\r\n');
  const example = [columns.join(','), 'c-0001,prs_1,0.995,email phone,', 'c-0002,prs_2,0.6,,NOT_IN_GRAPH', 'c-0003,,0,,NO_IDENTIFIER', ''];
  const interaction = invocation('sends three records as CSV', 'text/csv', {
    ...anyText(text, tablePattern),
    response: textAnswer('text/csv', { text: example.join('\r\n'), regex: `^${rows.join('\\r?\\n')}(\\r?\\n)?$` }),
  });
  await pact.record(interaction, async (mockUrl) => {
    const answer = await sendRecords(mockUrl, 'text/csv', text);
    expect(answer).toMatchObject({ status: 200, json: stored('text/csv') });
  });
});

/** The whole text by one expression. */
function textAnswer(
  mediaType: string,
  { text, regex }: { readonly text: string; readonly regex: string },
): RecordedInteraction['response'] {
  return { status: 200, headers: { 'Content-Type': withParameters(mediaType) }, ...anyText(text, regex) };
}

function anyText(text: string, regex: string): Pick<RecordedInteraction['request'], 'body' | 'matchingRules'> {
  if (!new RegExp(regex).test(text)) throw new Error('the example is none');
  const rules = [{ 'pact:matcher:type': 'regex', regex } as MatchersV3.Matcher<string>];
  return { body: { text }, matchingRules: { body: { path: '$', rules } } };
}

test('a table in which no column identifies anybody is the fault of who sent it', async () => {
  const text = 'id,country\r\nc-0001,DE\r\n';
  const interaction = invocation('sends a table in which no column identifies anybody', 'text/csv', {
    body: { text },
    // The body may be anything, and be missing: the request function goes by the status.
    response: { status: 400 },
  });
  await pact.record(interaction, async (mockUrl) => {
    const answer = await sendRecords(mockUrl, 'text/csv', text);
    expect(answer).toMatchObject({ status: 422, json: { error: { code: 'MODEL_REJECTED_REQUEST' } } });
    expect(answer.text).not.toContain('email');
  });
});

test('a batch job asks how much the container takes at once', async () => {
  const interaction: RecordedInteraction = {
    // A container need not answer it: README.md of the contracts says how to leave it out.
    description: 'asks how to cut a batch job into requests (optional)',
    request: { method: 'GET', path: '/execution-parameters' },
    response: {
      status: 200,
      headers: { 'Content-Type': withParameters('application/json') },
      body: {
        json: {
          MaxConcurrentTransforms: count(4, '^[1-9]\\d*$'),
          BatchStrategy: MatchersV3.regex('^(MULTI_RECORD|SINGLE_RECORD)$', 'MULTI_RECORD'),
          MaxPayloadInMB: count(6, '^(\\d{1,2}|100)$'),
        },
      },
    },
  };
  await pact.record(interaction, async (mockUrl) => {
    const model = [...airlock.models.values()][0];
    if (model === undefined) throw new Error('the emulator runs no model');
    forwarder.forwardTo(mockUrl);
    const parameters = await readExecutionParameters(model);
    forwarder.forwardTo(null);
    expect(parameters).toEqual({ maxConcurrentTransforms: 4, batchStrategy: 'MULTI_RECORD', maxPayloadInMB: 6, problems: [] });
  });
});

test('the committed pact is what these tests record', async () => {
  await pact.finish();
});
