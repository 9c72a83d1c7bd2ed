// What puts the plain situation back. What fails is kept, so that it can be tried again.

export interface Undo {
  /** It has to bear being called again after it has failed. */
  defer(putBack: () => void | Promise<void>): void;
}

export interface UndoList extends Undo {
  /** Last in, first out, each once; answers with the errors of those that failed and are kept. */
  run(): Promise<readonly unknown[]>;
}

export function createUndoList(): UndoList {
  let entries: (() => void | Promise<void>)[] = [];
  return {
    defer(putBack) {
      entries.push(putBack);
    },
    async run() {
      const failed: typeof entries = [];
      const errors: unknown[] = [];
      for (const putBack of entries.toReversed()) {
        try {
          await putBack();
        } catch (error) {
          failed.unshift(putBack);
          errors.push(error);
        }
      }
      entries = failed;
      return errors;
    },
  };
}
