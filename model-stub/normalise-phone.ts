// Step 1 of resolving a record: the spellings of one phone number become its E.164 form.
import { phoneCharactersMax } from './limits.ts';
import { type NumberingPlan, planOfCountry, planOfInternational } from './numbering-plans.ts';

export type NormalisedPhone =
  | { readonly kind: 'valid'; readonly e164: string }
  | { readonly kind: 'invalid' }
  /** A national number, and no country that would say which nation's. */
  | { readonly kind: 'unknownCountry' };

const invalid: NormalisedPhone = { kind: 'invalid' };

/** An extension reaches a desk, not a person's number: dropped. Forms: `x12`, `ext. 12`, `extension 12`, `;ext=12`, `#12`. */
const extensionPattern = /\s*(?:;?\s*ext(?:ension)?\s*[.:=]?|x|#)\s*\d{1,7}$/i;
const allowedPattern = /^\+?[\d\s().\-/‐-―]+$/u;

/** `country` is ISO 3166-1 alpha-2, or UK, in any case; it is used for national numbers only. */
export function normalisePhone(text: string, country: string | null): NormalisedPhone {
  if (text.length > phoneCharactersMax) return invalid;
  // Contact applications put invisible marks of writing direction around a number, which are pasted along with it.
  const written = text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .trim()
    .replace(/^tel:/i, '')
    .replace(extensionPattern, '');
  if (!allowedPattern.test(written)) return invalid;
  const countryPlan = country === null ? null : planOfCountry(country);
  // "+44 (0)7700 …", "0 (0)7700 …": a bracketed trunk zero behind other digits is for those who dial without them.
  const digits = written.replace(/(?<=\d\D*)\(0\)/, '').replace(/\D/g, '');

  if (written.startsWith('+')) return international(digits);
  // In one piece: the zeros of "0 07700 …" are a trunk prefix written twice, and no way out of the country.
  const beginning = /\d+/.exec(written)?.[0] ?? '';
  const prefix = [countryPlan?.internationalPrefix, '00'].find((candidate) => candidate && beginning.startsWith(candidate));
  if (prefix) return international(digits.slice(prefix.length));
  return countryPlan ? national(digits, countryPlan) : { kind: 'unknownCountry' };
}

function national(digits: string, plan: NumberingPlan): NormalisedPhone {
  const { trunkPrefix } = plan;
  return complete(trunkPrefix && digits.startsWith(trunkPrefix) ? digits.slice(trunkPrefix.length) : digits, plan);
}

function international(digits: string): NormalisedPhone {
  if (digits.startsWith('0')) return invalid;
  const plan = planOfInternational(digits);
  // A country outside the table: E.164 allows 15 digits; no country has numbers shorter than 7 with its calling code.
  if (!plan) return digits.length >= 7 && digits.length <= 15 ? { kind: 'valid', e164: `+${digits}` } : invalid;
  const rest = digits.slice(plan.callingCode.length);
  // "+44 07700 …" is a common mistake.
  return complete(plan.trunkPrefix === '0' && rest.startsWith('0') ? rest.slice(1) : rest, plan);
}

function complete(written: string, plan: NumberingPlan): NormalisedPhone {
  // Until 2019 mobile numbers in Mexico had a 1 in front, which no area code begins with; address books still hold it.
  const nationalDigits = plan.callingCode === '52' && written.length === 11 && written.startsWith('1') ? written.slice(1) : written;
  // Where 0 is the trunk prefix no number begins with it: one that is left came of a zero too many.
  if (plan.trunkPrefix === '0' && nationalDigits.startsWith('0')) return invalid;
  const { length } = nationalDigits;
  if (length < plan.digitsMin || length > plan.digitsMax || plan.callingCode.length + length > 15) return invalid;
  // North American Numbering Plan: area code and exchange begin with 2-9.
  if (plan.callingCode === '1' && !/^[2-9]\d{2}[2-9]\d{6}$/.test(nationalDigits)) return invalid;
  return { kind: 'valid', e164: `+${plan.callingCode}${nationalDigits}` };
}
