// One interaction of a pact file. Specification 2 and 3 differ from 4 in the body, the states and the query.
import { isJsonObject, jsonText } from './exact-json.ts';
import { isHeaderText, parseHeaderValue } from './header-values.ts';
import type { ExpectedRequest, ExpectedResponse, Interaction, ProviderState } from './pact.ts';
import type { PactPlace } from './pact-place.ts';
import { parseQuery } from './query-string.ts';
import { readBody } from './read-body.ts';
import { readGenerators } from './read-generators.ts';
import { readMatchingRules } from './read-matching-rules.ts';

type JsonObject = Readonly<Record<string, unknown>>;

export function readInteraction(value: unknown, specificationMajor: number, anywhere: PactPlace): Interaction {
  const interaction = anywhere.object(value);
  const description = anywhere.at('description').text(interaction.description);
  const place = anywhere.within(description);
  if (specificationMajor >= 4) {
    const type = place.at('type').text(interaction.type);
    if (type !== 'Synchronous/HTTP') throw place.notSupported(`it is of the type ${type}`);
  }
  if (isJsonObject(interaction.pluginConfiguration) && Object.keys(interaction.pluginConfiguration).length > 0) {
    throw place.notSupported('it needs a Pact plugin');
  }
  return {
    description,
    providerStates: readStates(interaction, place),
    pending: interaction.pending === true,
    request: readRequest(place.at('request').object(interaction.request), specificationMajor, place.at('request')),
    response: readResponse(place.at('response').object(interaction.response), specificationMajor, place.at('response')),
  };
}

function readStates(interaction: JsonObject, place: PactPlace): ProviderState[] {
  if (interaction.providerStates !== undefined && interaction.providerStates !== null) {
    const at = place.at('providerStates');
    return at.list(interaction.providerStates).map((state, index) => {
      const { name, params } = at.at(index).object(state);
      return {
        name: at.at(index, 'name').text(name),
        params: params === undefined || params === null ? {} : at.at(index, 'params').object(params),
      };
    });
  }
  const single = interaction.providerState ?? interaction.provider_state ?? '';
  if (typeof single !== 'string') throw place.at('providerState').damaged('this is not a text');
  return single === '' ? [] : [{ name: single, params: {} }];
}

function readRequest(request: JsonObject, specificationMajor: number, place: PactPlace): ExpectedRequest {
  const headers = readHeaders(request.headers, place.at('headers'));
  const body = readBody({ message: request, headers, specificationMajor, place: place.at('body') });
  return {
    method: place.at('method').text(request.method),
    path: place.at('path').text(request.path),
    query: readQuery(request.query, place.at('query')),
    headers,
    body,
    matchingRules: readMatchingRules({ value: request.matchingRules, part: 'request', body, place: place.at('matchingRules') }),
    generators: readGenerators(request.generators, place.at('generators')),
  };
}

function readResponse(response: JsonObject, specificationMajor: number, place: PactPlace): ExpectedResponse {
  const headers = readHeaders(response.headers, place.at('headers'));
  const body = readBody({ message: response, headers, specificationMajor, place: place.at('body') });
  const status = place.at('status').count(response.status);
  // 1xx is no answer: another one follows it.
  if (status < 200 || status > 599) throw place.at('status').damaged(`${status} is not an HTTP status from 200 to 599`);
  refuseUnsendable(headers, place.at('headers'));
  return {
    status,
    headers,
    body,
    matchingRules: readMatchingRules({ value: response.matchingRules, part: 'response', body, place: place.at('matchingRules') }),
    generators: readGenerators(response.generators, place.at('generators')),
  };
}

function readHeaders(value: unknown, place: PactPlace): Record<string, string[]> {
  if (value === undefined || value === null) return {};
  return Object.fromEntries(
    Object.entries(place.object(value)).map(([name, written]): [string, string[]] => {
      if (Array.isArray(written)) return [name, written.map(jsonText)];
      return [name, typeof written === 'string' ? parseHeaderValue(name, written) : [jsonText(written)]];
    }),
  );
}

// As Node refuses them: what is not a token is no name, and a value has neither line breaks nor other control characters (RFC 9110, 5.5).
function refuseUnsendable(headers: Readonly<Record<string, readonly string[]>>, place: PactPlace): void {
  for (const [name, values] of Object.entries(headers)) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) throw place.damaged(`${JSON.stringify(name)} is not the name of a header`);
    if (values.some((value) => !isHeaderText(value))) {
      throw place.at(name).damaged('the value has a character that no header can carry');
    }
  }
}

function readQuery(value: unknown, place: PactPlace): Record<string, string[]> {
  if (value === undefined || value === null) return {};
  if (typeof value === 'string') return parseQuery(value);
  return Object.fromEntries(
    Object.entries(place.object(value)).map(([name, written]): [string, string[]] => {
      if (typeof written === 'string') return [name, [written]];
      return [
        name,
        place
          .at(name)
          .list(written)
          .map((item) => (item === null ? '' : jsonText(item))),
      ];
    }),
  );
}
