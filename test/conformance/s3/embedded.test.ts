// The suite against the embedded S3, and against an Airlock that has another one behind it: no case may change on the way.
import { expect, it } from 'vitest';
import { differences } from './differences.ts';
import { runS3Suite, s3Cases } from './suite.ts';
import { openAirlock, openAirlockInFrontOfAirlock } from './targets.ts';

runS3Suite('embedded', () => openAirlock({ s3: 'embedded' }));
runS3Suite('airlock in front of airlock', openAirlockInFrontOfAirlock);

it('every difference is one of a case, and every case has its own id', () => {
  const ids = s3Cases.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(differences.filter((row) => !ids.includes(row.case))).toEqual([]);
});
