// One image of test/images/gallery/ that breaks one rule, and what validation has to say of it. Rows lie in gallery-rows/.
import type { ValidateOptions } from '../../../emulator/validate/validate-options.ts';

export interface GalleryRow {
  /** Of the check that fails. */
  readonly id: string;
  readonly directory: string;
  /** Matches at least one of its findings. */
  readonly findings: RegExp;
  readonly options?: Partial<ValidateOptions>;
  /** Checks that do not block and fail as well: by id, why that cannot be told apart. */
  readonly alsoFails?: Readonly<Record<string, string>>;
}
