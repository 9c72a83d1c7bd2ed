// How the same person looks in a customer's table: spellings that must come out the same, and mistakes that must come out as such.
import { numberingPlans } from './numbering-plans.ts';
import type { Random } from './random.ts';
import type { Person } from './synthetic-people.ts';

export interface SampleRecord {
  readonly id: string;
  readonly email?: string;
  readonly phone?: string;
  readonly country?: string;
}

/** Spells an address so that it normalises to the same one. */
export function spellEmail(email: string, random: Random): string {
  const [localPart = '', canonicalDomain = ''] = email.split('@');
  let domain = canonicalDomain;
  let local = localPart;
  if (domain === 'gmail.com') {
    if (random.chance(0.5)) local = local.replace('sample', '.sample');
    if (random.chance(0.15)) local = `${local.slice(0, 2)}.${local.slice(2)}`;
    if (random.chance(0.25)) local += random.pick(['+news', '+shop', '+2024']);
    if (random.chance(0.2)) domain = 'googlemail.com';
  }
  if (domain === 'xn--bcher-kva.example' && random.chance(0.7)) domain = random.pick(['bücher.example', 'BÜCHER.example']);
  const spelled = `${local}@${domain}`;
  if (random.chance(0.1)) return spelled.toUpperCase();
  if (random.chance(0.2)) return ` ${spelled.charAt(0).toUpperCase()}${spelled.slice(1)} `;
  return spelled;
}

/** Spells a number so that it normalises to the same one; national forms need `country` in the record. */
export function spellPhone(e164: string, country: string, random: Random): string {
  const plan = numberingPlans.get(country);
  if (!plan) throw new Error(`no numbering plan for ${country}`);
  const national = e164.slice(1 + plan.callingCode.length);
  const groups = [national.slice(0, 3), national.slice(3, 6), national.slice(6)];
  const extension = random.chance(0.05) ? random.pick([' x12', ' ext. 4', ';ext=301']) : '';
  return (
    random.pick([
      e164,
      e164,
      `+${plan.callingCode} ${groups.join(' ')}`,
      `+${plan.callingCode}-${groups.join('-')}`,
      `${plan.internationalPrefix}${plan.callingCode}${national}`,
      plan.callingCode === '1' ? `(${groups[0]}) ${groups[1]}-${groups[2]}` : `${plan.trunkPrefix}${groups.join(' ')}`,
      plan.callingCode === '1' ? groups.join('.') : `+${plan.callingCode} (0)${groups.join(' ')}`,
    ]) + extension
  );
}

const brokenEmails = [
  'jordan.sample',
  'jordan@@example.com',
  'jordan.sample@',
  '@example.com',
  'jordan sample@example.com',
  'n/a',
  'jordan@example',
] as const;
const brokenPhones = ['12345', '+1 555 0100', 'unknown', '+44 7700', '00000000000', '+1 123 555 0100'] as const;

/** Record `index` is about `people[index]`; `other` is somebody else. Shares of 100: see README. */
export function createRecord(index: number, person: Person, other: Person, random: Random): SampleRecord {
  const id = `c-${String(index + 1).padStart(4, '0')}`;
  const email = spellEmail(person.email, random);
  const phone = spellPhone(person.phone, person.country, random);
  const { country } = person;
  const kind = random.integer(100);
  if (kind < 50) return { id, email, phone, country };
  if (kind < 66) return { id, email };
  if (kind < 78) return { id, phone, country };
  if (kind < 82) return { id, email: random.pick(brokenEmails), phone, country };
  if (kind < 86) return { id, email, phone: random.pick(brokenPhones), country };
  if (kind < 88) return { id, email: random.pick(brokenEmails), phone: random.pick(brokenPhones), country };
  if (kind < 90) return { id };
  if (kind < 93) return { id, email, phone: spellPhone(other.phone, other.country, random), country: other.country };
  if (kind < 97) return { id, email: `new.sample${String(index + 1).padStart(4, '0')}@example.org` };
  if (kind < 98) return { id, email: '', phone: '' };
  if (kind < 99) return { id, phone: `0${person.phone.slice(-9)}` };
  return { id, email, phone: `+4670174${String(650 + (index % 40)).padStart(4, '0')}`, country: 'SE' };
}
