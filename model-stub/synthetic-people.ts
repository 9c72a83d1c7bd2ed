// People who do not exist: addresses at reserved domains (RFC 2606, RFC 6761) and numbers from ranges kept for films and tests.
import type { Random } from './random.ts';

export interface Person {
  /** 16 hex digits: the person's node in the reference graph. */
  readonly node: string;
  /** As the normalisers write it. */
  readonly email: string;
  /** E.164 */
  readonly phone: string;
  readonly country: string;
}

const firstNames = [
  'alex',
  'amara',
  'bao',
  'camille',
  'dana',
  'eden',
  'farah',
  'greta',
  'hanna',
  'imran',
  'jordan',
  'kai',
  'lena',
  'mika',
  'noor',
  'oskar',
  'priya',
  'quinn',
  'ravi',
  'sasha',
  'tomas',
  'uma',
  'viola',
  'wren',
  'yara',
  'zoe',
] as const;

/** Gmail is the only real provider, for its rule about dots; `<first>.sampleNNNN` is nobody's name. The .example and .test names never resolve. */
const emailDomains = [
  'gmail.com',
  'gmail.com',
  'example.com',
  'example.com',
  'example.org',
  'example.net',
  'mail.example',
  'people.test',
  'xn--bcher-kva.example',
] as const;

interface NumberRange {
  readonly country: string;
  /** Of 100 people. */
  readonly share: number;
  readonly number: (index: number) => string;
}

const digits = (value: number, length: number) => String(value).padStart(length, '0');
const usAreaCodes = ['212', '303', '312', '404', '415', '512', '617', '702', '808', '907'];
const caAreaCodes = ['416', '514', '604'];

/**
 * Ranges that are never given to subscribers. Sources: NANPA (NXX-555-0100 to 0199), Ofcom "Telephone numbers for use in TV and radio drama",
 * ARCEP decision 2018-0881 (06 39 98), Bundesnetzagentur "Rufnummern für Medien" (030 23125), ACMA "Phone numbers for use in TV shows" (02 5550),
 * PTS "Telefonnummer för användning i film" (070-174 06), ComReg numbering conditions (020 91x).
 */
const numberRanges: readonly NumberRange[] = [
  { country: 'US', share: 40, number: (index) => `+1${usAreaCodes[index % 10]}55501${digits(Math.floor(index / 10), 2)}` },
  { country: 'GB', share: 20, number: (index) => `+447700900${digits(index, 3)}` },
  { country: 'FR', share: 12, number: (index) => `+3363998${digits(index * 7, 4)}` },
  { country: 'DE', share: 12, number: (index) => `+493023125${digits(index, 3)}` },
  { country: 'CA', share: 6, number: (index) => `+1${caAreaCodes[index % 3]}55501${digits(Math.floor(index / 3), 2)}` },
  { country: 'AU', share: 6, number: (index) => `+6125550${digits(index * 11, 4)}` },
  { country: 'SE', share: 2, number: (index) => `+4670174${digits(605 + index, 4)}` },
  { country: 'IE', share: 2, number: (index) => `+3532091${digits(index * 13, 5)}` },
];

/** `count` people with distinct addresses and numbers; at most 1,000, which is what the ranges hold. */
export function createPeople(count: number, random: Random): Person[] {
  const places = numberRanges.flatMap((range) => Array.from({ length: range.share * 10 }, (_, index) => ({ range, index })));
  if (count > places.length) throw new RangeError(`at most ${places.length} people`);
  return Array.from({ length: count }, (_, index) => {
    const [place] = places.splice(random.integer(places.length), 1);
    if (!place) throw new RangeError('no number left');
    const domain = random.pick(emailDomains);
    const separator = domain === 'gmail.com' ? '' : '.';
    return {
      node: Array.from({ length: 4 }, () => random.integer(65_536).toString(16).padStart(4, '0')).join(''),
      email: `${random.pick(firstNames)}${separator}sample${digits(index + 1, 4)}@${domain}`,
      phone: place.range.number(place.index),
      country: place.range.country,
    };
  });
}
