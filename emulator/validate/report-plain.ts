// What containers, samples and package files say, made harmless before it stands in a report: it may be written to deceive whoever reads it.

/** Controls that move, clear or colour a terminal, and those that show text in another order than it is written in. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
const misleading = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]/g;

/** One line of it: each run of controls a space, each misleading character and half of a surrogate pair U+FFFD. */
export function plain(text: string): string {
  return text.toWellFormed().replace(controls, ' ').replace(misleading, '\ufffd');
}

const notInJson = /[\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]/g;

/** JSON that says the same, and is harmless on a terminal: JSON.stringify() leaves U+0080 to U+009F and the order marks as they are. */
export function plainJson(value: unknown): string {
  const text = JSON.stringify(value, null, 2).replace(
    notInJson,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${text}\n`;
}
