// The package's public entry: start an Airlock from code. `await using airlock = await startAirlock()` ends it by itself.
export type { AirlockOptions, TemplateOption } from './config.ts';
export { AirlockError } from './errors.ts';
export type { Airlock, ReadyInfo } from './start.ts';
export { startAirlock } from './start.ts';
