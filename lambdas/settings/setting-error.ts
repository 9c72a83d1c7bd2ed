// A setting that is missing or cannot be read. Its name is what Lambda reports of a function that could not begin.

/** `message` names the variable, never its value. */
export class SettingError extends Error {
  static readonly errorName = 'SettingError';
  override readonly name = SettingError.errorName;
}
