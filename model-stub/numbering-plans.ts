// How the countries the model knows write their phone numbers. A small extract of ITU-T E.164 and E.129 national plans.

export interface NumberingPlan {
  readonly callingCode: string;
  /** Dialled before a national number and dropped in the international form; '' where there is none. */
  readonly trunkPrefix: string;
  /** Dialled before an international number, besides 00 and +. */
  readonly internationalPrefix: string;
  /** Digits after the calling code. */
  readonly digitsMin: number;
  readonly digitsMax: number;
}

function plan(callingCode: string, trunkPrefix: string, digitsMin: number, digitsMax: number, internationalPrefix = '00'): NumberingPlan {
  return { callingCode, trunkPrefix, internationalPrefix, digitsMin, digitsMax };
}

/** By ISO 3166-1 alpha-2. Italy and others without a trunk prefix keep their leading 0. */
export const numberingPlans: ReadonlyMap<string, NumberingPlan> = new Map([
  ['US', plan('1', '1', 10, 10, '011')],
  ['CA', plan('1', '1', 10, 10, '011')],
  ['GB', plan('44', '0', 9, 10)],
  ['IE', plan('353', '0', 7, 9)],
  ['FR', plan('33', '0', 9, 9)],
  ['DE', plan('49', '0', 6, 11)],
  ['AT', plan('43', '0', 4, 13)],
  ['CH', plan('41', '0', 9, 9)],
  ['NL', plan('31', '0', 9, 9)],
  ['BE', plan('32', '0', 8, 9)],
  ['LU', plan('352', '', 4, 11)],
  ['ES', plan('34', '', 9, 9)],
  ['PT', plan('351', '', 9, 9)],
  ['IT', plan('39', '', 6, 11)],
  ['DK', plan('45', '', 8, 8)],
  ['NO', plan('47', '', 8, 8)],
  ['SE', plan('46', '0', 7, 9)],
  ['FI', plan('358', '0', 5, 12)],
  ['PL', plan('48', '', 9, 9)],
  ['CZ', plan('420', '', 9, 9)],
  ['AU', plan('61', '0', 9, 9, '0011')],
  ['NZ', plan('64', '0', 8, 10)],
  ['JP', plan('81', '0', 9, 10, '010')],
  ['IN', plan('91', '0', 10, 10)],
  ['SG', plan('65', '', 8, 8)],
  ['BR', plan('55', '0', 10, 11)],
  ['MX', plan('52', '', 10, 10)],
  ['ZA', plan('27', '0', 9, 9)],
]);

/** UK is what people write for GB; ISO 3166 keeps it reserved for that. Null where the country is not in the table. */
export function planOfCountry(country: string): NumberingPlan | null {
  const code = country.trim().toUpperCase();
  return numberingPlans.get(code === 'UK' ? 'GB' : code) ?? null;
}

const plansByCallingCode: ReadonlyMap<string, NumberingPlan> = new Map(
  [...numberingPlans.values()].map((numberingPlan) => [numberingPlan.callingCode, numberingPlan]),
);

/** The plan of an international number's digits, or null where its country is not in the table. */
export function planOfInternational(digits: string): NumberingPlan | null {
  for (const length of [3, 2, 1]) {
    const found = plansByCallingCode.get(digits.slice(0, length));
    if (found) return found;
  }
  return null;
}
