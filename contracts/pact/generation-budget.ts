// What generating one answer may cost: a contract can ask for more than any memory holds, in a few lines.

/** Ours: values and parts of expressions; far beyond any contract, and a fraction of a second. */
const stepsMax = 100_000;
/** Ours: generated characters, a quarter of a second; what is copied from the example does not count. */
const charactersMax = 2_000_000;

export interface GenerationBudget {
  /** @throws GenerationTooLarge */
  takeStep(): void;
  /** Before they are made, where that can be known. @throws GenerationTooLarge */
  takeCharacters(count: number): void;
}

/** The answer would be larger than a stand-in generates: the contract's example is sent instead. */
export class GenerationTooLarge extends Error {
  override readonly name = 'GenerationTooLarge';
}

export function createGenerationBudget(): GenerationBudget {
  let steps = 0;
  let characters = 0;
  return {
    takeStep() {
      steps += 1;
      if (steps > stepsMax) throw new GenerationTooLarge(`more than ${stepsMax} steps`);
    },
    takeCharacters(count) {
      characters += count;
      if (characters > charactersMax) throw new GenerationTooLarge(`more than ${charactersMax} characters`);
    },
  };
}
