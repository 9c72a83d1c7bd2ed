// Settings come from the template through the environment. A missing one ends the init phase: better no function than half a one.
import { SettingError } from './setting-error.ts';

/** @throws SettingError naming the variable that is missing or empty */
export function readSetting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new SettingError(`${name} is not set`);
  return value;
}
