// Regular expressions of a pact. Pact's Rust implementation runs them with Oniguruma (Ruby's dialect); here they are translated to
// JavaScript's, and what cannot be translated is refused when the pact is read.

/**
 * A test as Pact's: of the whole text, not of a part (onig 6.5, is_match). An expression that needs more of the stack than there is fits
 * nothing. It may take any time: whoever serves requests has to bound it (contracts/stand-in/bounded-run.ts).
 */
export type PatternTest = (text: string) => boolean;

const wordMembers = '\\p{L}\\p{M}\\p{N}\\p{Pc}';
const posixClasses: Readonly<Record<string, string>> = {
  alnum: '\\p{L}\\p{M}\\p{Nd}',
  alpha: '\\p{L}\\p{M}',
  digit: '\\p{Nd}',
  lower: '\\p{Ll}',
  punct: '\\p{P}\\p{S}',
  space: '\\p{White_Space}',
  upper: '\\p{Lu}',
  word: wordMembers,
  xdigit: '0-9A-Fa-f',
};

const compiled = new Map<string, PatternTest>();
const compiledMax = 1000;

/** @throws SyntaxError where the expression is damaged, or uses what JavaScript has no counterpart for */
export function compilePattern(source: string): PatternTest {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const pattern = newPattern(`(?<![^])(?:${translatePattern(source)})(?![^])`);
  const test: PatternTest = (text) => {
    try {
      return pattern.test(text);
    } catch (error) {
      // It needs more of the stack than there is.
      if (!(error instanceof RangeError)) throw error;
      return false;
    }
  };
  if (compiled.size >= compiledMax) compiled.clear();
  compiled.set(source, test);
  return test;
}

function newPattern(source: string): RegExp {
  try {
    return new RegExp(source, 'mu');
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new SyntaxError('it is too deep', { cause: error });
  }
}

/** The JavaScript source with flags m and u. */
function translatePattern(source: string, dotAll = false): string {
  let result = '';
  let inClass = false;
  for (let at = 0; at < source.length; at += 1) {
    const character = source[at] ?? '';
    if (character === '\\') {
      const unicode = /^\\([pP]\{[^}]*\}|x\{[0-9a-fA-F]+\}|x[0-9a-fA-F]{1,2}|k<[^>]+>|.)/su.exec(source.slice(at));
      if (unicode === null) throw new SyntaxError('the expression ends after a backslash');
      result += translateEscape(unicode[1] ?? '', inClass);
      at += unicode[0].length - 1;
    } else if (inClass && character === '[') {
      const posix = /^\[:(\^?)([a-z]+):\]/.exec(source.slice(at));
      const members = posixClasses[posix?.[2] ?? ''];
      if (posix === null || members === undefined || posix[1] === '^') throw new SyntaxError('a class inside a class');
      result += members;
      at += posix[0].length - 1;
    } else if (inClass) {
      if (character === ']') inClass = false;
      if (source.startsWith('&&', at)) throw new SyntaxError('an intersection of classes');
      result += character;
    } else if (character === '[') {
      inClass = true;
      const opening = source.startsWith('[^', at) ? '[^' : '[';
      result += opening;
      at += opening.length - 1;
      // Oniguruma takes "]" in the first place as a member.
      if (source[at + 1] === ']' && source.indexOf(']', at + 2) > 0) {
        result += '\\]';
        at += 1;
      }
    } else {
      refuseForeign(source, at);
      const optionGroup = character === '(' ? /^\(\?([im]+)\)/.exec(source.slice(at)) : null;
      if (optionGroup !== null) {
        if (at !== 0) throw new SyntaxError('options in the middle');
        const options = optionGroup[1] ?? '';
        const rest = translatePattern(source.slice(optionGroup[0].length), options.includes('m'));
        return options.includes('i') ? `(?i:${rest})` : rest;
      }
      // A brace that is no quantifier means itself.
      const isQuantifier = character === '{' && /^\{\d+(,\d*)?\}|^\{,\d+\}/.test(source.slice(at));
      if (character === '{' && !isQuantifier) result += '\\{';
      else if (source.startsWith('{,', at)) result += '{0';
      else if (character === '}' && !/\{[\d,]*$/.test(source.slice(0, at))) result += '\\}';
      // Only a line feed ends a line in Ruby's dialect.
      else if (character === '.') result += dotAll ? '[^]' : '[^\\n]';
      else result += character === ']' ? '\\]' : character;
    }
  }
  if (inClass) throw new SyntaxError('a class that does not end');
  return result;
}

function refuseForeign(source: string, at: number): void {
  const rest = source.slice(at);
  if (rest.startsWith('(?>')) throw new SyntaxError('an atomic group');
  if (/^(?:[*+?]|\})\+/.test(rest)) throw new SyntaxError('a possessive quantifier');
  if (rest.startsWith('(?#')) throw new SyntaxError('a comment group');
  if (/^\(\?-?[imx-]*[mx-][imx-]*[:)]/.test(rest) && !/^\(\?[im]+\)/.test(rest)) throw new SyntaxError('options of a group');
}

function translateEscape(escaped: string, inClass: boolean): string {
  const bare = (members: string) => (inClass ? members : `[${members}]`);
  switch (escaped) {
    // Digits, words, spaces and their opposites are Unicode's in Oniguruma.
    case 'd':
      return '\\p{Nd}';
    case 'D':
      return '\\P{Nd}';
    case 'w':
      return bare(wordMembers);
    case 'W':
      if (inClass) throw new SyntaxError('\\W inside a class');
      return `[^${wordMembers}]`;
    case 'h':
      return bare('0-9A-Fa-f');
    case 'H':
      if (inClass) throw new SyntaxError('\\H inside a class');
      return '[^0-9A-Fa-f]';
    case 'A':
      return '(?<![^])';
    case 'z':
      return '(?![^])';
    case 'Z':
      return '(?=\\n?(?![^]))';
    case 'a':
      return '\\x07';
    case 'e':
      return '\\x1b';
    case 'b':
      return inClass ? '\\x08' : `(?:(?<=[${wordMembers}])(?![${wordMembers}])|(?<![${wordMembers}])(?=[${wordMembers}]))`;
    case 'B':
      if (inClass) throw new SyntaxError('\\B inside a class');
      return `(?:(?<=[${wordMembers}])(?=[${wordMembers}])|(?<![${wordMembers}])(?![${wordMembers}]))`;
    // JavaScript's own \s takes U+FEFF in and leaves U+0085 out.
    case 's':
      return '\\p{White_Space}';
    case 'S':
      return '\\P{White_Space}';
    default:
      break;
  }
  if (/^x\{/.test(escaped)) return `\\u${escaped.slice(1)}`;
  if (/^x/.test(escaped)) return `\\u{${escaped.slice(1)}}`;
  if (/^[pP]\{\^?[A-Za-z_]+\}$/.test(escaped)) return translateProperty(escaped, inClass);
  if (/^[nrtfv1-9]$|^k</.test(escaped)) return `\\${escaped}`;
  if (/^[A-Za-z0]$/.test(escaped)) throw new SyntaxError(`\\${escaped}`);
  // Any other character stands for itself; JavaScript's strict mode allows the escape for these only.
  return /^[\^$\\.*+?()[\]{}|/]$/.test(escaped) || (inClass && escaped === '-') ? `\\${escaped}` : escaped;
}

function translateProperty(escaped: string, inClass: boolean): string {
  const name = escaped.slice(2, -1).toLowerCase();
  const members = posixClasses[name];
  if (members === undefined) return `\\${escaped}`;
  if (escaped.startsWith('P')) throw new SyntaxError(`\\${escaped}`);
  return inClass ? members : `[${members}]`;
}
