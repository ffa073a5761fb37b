import { expect, test } from 'vitest';
import { heat, hoursShown } from './model';

test('hours without news are zero, and at least a day is shown', () => {
  const hours = [{ hour: 3, accepted: 5, opened: 1, clicked: 0, unsubscribed: 0 }];
  const shown = hoursShown(hours);
  expect(shown).toHaveLength(24);
  expect(shown[3]?.accepted).toBe(5);
  expect(shown[4]).toEqual({ hour: 4, accepted: 0, opened: 0, clicked: 0, unsubscribed: 0 });
  expect(hoursShown([{ hour: 47, accepted: 0, opened: 1, clicked: 0, unsubscribed: 0 }])).toHaveLength(48);
});

test('the most clicked link is hottest; without clicks nothing is hot', () => {
  const links = [
    { link: 0, people: 10 },
    { link: 1, people: 5 },
  ];
  expect([...heat(links).values()]).toEqual([1, 0.5]);
  expect([...heat([{ link: 0, people: 0 }]).values()]).toEqual([0]);
});
