import { expect, test } from 'vitest';
import { createSlots } from '../../../../emulator/sagemaker/transform/slots.ts';

const never = new AbortController().signal;

test('are given in the order of asking', async () => {
  const slots = createSlots(1);
  await slots.take(never);
  const taken: string[] = [];
  const waiting = ['a', 'b'].map(async (name) => {
    await slots.take(never);
    taken.push(name);
  });
  slots.free();
  await waiting[0];
  expect(taken).toEqual(['a']);
  slots.free();
  await waiting[1];
  expect(taken).toEqual(['a', 'b']);
});

test('whoever gives up waiting takes none', async () => {
  const slots = createSlots(1);
  await slots.take(never);
  const gone = new AbortController();
  const waiting = slots.take(gone.signal);
  gone.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  await expect(slots.take(gone.signal)).rejects.toThrow('gone');
  slots.free();
  await slots.take(never);
});
