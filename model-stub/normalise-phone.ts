// Step 1 of resolving a record: the spellings of one phone number become its E.164 form.
import { phoneCharactersMax } from './limits.ts';
import { type NumberingPlan, numberingPlans, planOfInternational } from './numbering-plans.ts';

export type NormalisedPhone =
  | { readonly kind: 'valid'; readonly e164: string }
  | { readonly kind: 'invalid' }
  /** A national number, and no country that would say which nation's. */
  | { readonly kind: 'unknownCountry' };

const invalid: NormalisedPhone = { kind: 'invalid' };

/** An extension reaches a desk, not a person's number: dropped. Forms: `x12`, `ext. 12`, `extension 12`, `;ext=12`, `#12`. */
const extensionPattern = /\s*(?:;?\s*ext(?:ension)?\s*[.:=]?|x|#)\s*\d{1,7}$/i;
const allowedPattern = /^\+?[\d\s().\-/‐-―]+$/u;

/** `country` is ISO 3166-1 alpha-2 in any case; it is used for national numbers only. */
export function normalisePhone(text: string, country: string | null): NormalisedPhone {
  if (text.length > phoneCharactersMax) return invalid;
  const written = text.normalize('NFKC').trim().replace(/^tel:/i, '').replace(extensionPattern, '');
  if (!allowedPattern.test(written)) return invalid;
  const countryPlan = country === null ? undefined : numberingPlans.get(country.trim().toUpperCase());
  // "+44 (0)7700 …": the bracketed trunk zero is for callers inside the country only.
  const digits = written.replace(/\(0\)/, written.startsWith('+') || written.startsWith('00') ? '' : '0').replace(/\D/g, '');

  if (written.startsWith('+')) return international(digits);
  const prefix = [countryPlan?.internationalPrefix, '00'].find((candidate) => candidate && digits.startsWith(candidate));
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
  // "+44 07700 …" is a common mistake; where 0 is the trunk prefix no number begins with it.
  return complete(plan.trunkPrefix === '0' && rest.startsWith('0') ? rest.slice(1) : rest, plan);
}

function complete(nationalDigits: string, plan: NumberingPlan): NormalisedPhone {
  const { length } = nationalDigits;
  if (length < plan.digitsMin || length > plan.digitsMax || plan.callingCode.length + length > 15) return invalid;
  // North American Numbering Plan: area code and exchange begin with 2-9.
  if (plan.callingCode === '1' && !/^[2-9]\d{2}[2-9]\d{6}$/.test(nationalDigits)) return invalid;
  return { kind: 'valid', e164: `+${plan.callingCode}${nationalDigits}` };
}
