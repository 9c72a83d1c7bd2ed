// JSON from outside, where "it is no JSON" is an answer and no failure.

/** Undefined where the text is no JSON, which no JSON text is. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
