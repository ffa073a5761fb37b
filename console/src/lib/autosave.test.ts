import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ApiError } from '../api/problem';
import { Autosave, type SaveState } from './autosave';

const refused = (status: number) => new ApiError({ status, code: 'x', title: '', detail: '' });

function made(save: (value: string, version: number) => Promise<number>) {
  const states: SaveState['kind'][] = [];
  const saver = new Autosave<string>({ save, version: 1, onState: ({ kind }) => states.push(kind) });
  return { saver, states };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('saving by itself', () => {
  test('waits a second after the last change and saves only the last value', async () => {
    const save = vi.fn(async (_: string, version: number) => version + 1);
    const { saver, states } = made(save);
    saver.change('a');
    await vi.advanceTimersByTimeAsync(900);
    saver.change('ab');
    await vi.advanceTimersByTimeAsync(900);
    expect(save).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(100);
    expect(save.mock.calls).toEqual([['ab', 1]]);
    expect(states.at(-1)).toBe('saved');
    expect(saver.isDirty()).toBe(false);
  });

  test('what changes during a save is saved after it, over the version that the save gave', async () => {
    let answer: (version: number) => void = () => {};
    const save = vi.fn((_: string, __: number) => new Promise<number>((resolve) => (answer = resolve)));
    const { saver } = made(save);
    saver.change('a');
    await vi.advanceTimersByTimeAsync(1000);
    saver.change('b');
    answer(7);
    await vi.advanceTimersByTimeAsync(1000);
    expect(save.mock.calls).toEqual([
      ['a', 1],
      ['b', 7],
    ]);
  });

  test('a conflict stops it until somebody decides; keeping saves over the other version', async () => {
    const save = vi.fn(async (_: string, version: number) => {
      if (version < 5) throw refused(412);
      return version + 1;
    });
    const { saver, states } = made(save);
    saver.change('mine');
    await vi.advanceTimersByTimeAsync(1000);
    expect(states.at(-1)).toBe('conflict');
    saver.change('mine too');
    await vi.advanceTimersByTimeAsync(5000);
    expect(save).toHaveBeenCalledTimes(1);
    saver.resolve(5, true);
    await vi.advanceTimersByTimeAsync(0);
    expect(save.mock.calls.at(-1)).toEqual(['mine too', 5]);
    expect(states.at(-1)).toBe('saved');
  });

  test('taking the other version forgets what waits', async () => {
    const save = vi.fn(async () => {
      throw refused(412);
    });
    const { saver } = made(save);
    saver.change('mine');
    await vi.advanceTimersByTimeAsync(1000);
    saver.resolve(5, false);
    await vi.advanceTimersByTimeAsync(5000);
    expect(save).toHaveBeenCalledTimes(1);
    expect(saver.isDirty()).toBe(false);
  });

  test('a server that is away is tried again, a refusal is not', async () => {
    const away = vi.fn().mockRejectedValueOnce(refused(503)).mockResolvedValue(2);
    const one = made(away);
    one.saver.change('a');
    await vi.advanceTimersByTimeAsync(1000);
    expect(one.states.at(-1)).toBe('retrying');
    await vi.advanceTimersByTimeAsync(3000);
    expect(one.states.at(-1)).toBe('saved');

    const no = vi.fn().mockRejectedValue(refused(422));
    const two = made(no);
    two.saver.change('a');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(no).toHaveBeenCalledTimes(1);
    expect(two.states.at(-1)).toBe('refused');
  });
});
