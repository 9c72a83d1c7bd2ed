// Time kept back for the steps that follow. A function's time limit is the template's: whoever shortens it shortens the reserves too.

/** `wantedMs`, but a third of what is left at most, so that under a time limit of a few seconds there is time for the step itself. */
export function reserve(wantedMs: number, remainingMs: number): number {
  return Math.min(wantedMs, remainingMs / 3);
}
