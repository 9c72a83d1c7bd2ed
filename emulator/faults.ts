// What is wrong with the local world on purpose. Provider states set it, the parts ask at every call; all off from the start.

export interface Faults {
  /** ARN of a function with its alias, or of the function: Lambda answers as if the alias, or the function, had been deleted. */
  deletedAlias: string | null;
  /** ARN of a function with its alias: its own policy is not looked at. */
  withdrawnPermission: string | null;
  functionAnswer: FunctionAnswer | null;
  timeLimit: TimeLimit | null;
  model: ModelFault | null;
  /** Name of a bucket that takes no writes. */
  unwritableBucket: string | null;
}

/** How a function answers instead of being run. */
export type FunctionAnswer =
  | { readonly functionArn: string; readonly kind: 'throws' }
  /** `payload`: JSON text. */
  | { readonly functionArn: string; readonly kind: 'returns'; readonly payload: string };

/** For invocations that begin from now on. */
export interface TimeLimit {
  readonly functionArn: string;
  readonly timeoutSeconds: number;
}

export type ModelFault =
  | { readonly kind: 'answers'; readonly status: number; readonly body: string }
  | { readonly kind: 'connectionLost' }
  | { readonly kind: 'notRunning' }
  | { readonly kind: 'held'; readonly hold: Hold };

/** Keeps requests from the model until it is released. */
export interface Hold {
  /** Resolves when a request has come in. */
  readonly reached: Promise<void>;
  readonly released: Promise<void>;
  reach(): void;
  release(): void;
}

/** None. */
export function createFaults(): Faults {
  return {
    deletedAlias: null,
    withdrawnPermission: null,
    functionAnswer: null,
    timeLimit: null,
    model: null,
    unwritableBucket: null,
  };
}

export function createHold(): Hold {
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  return { reached: reached.promise, released: released.promise, reach: reached.resolve, release: released.resolve };
}
