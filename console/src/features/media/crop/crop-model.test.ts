import { expect, test } from 'vitest';
import { fitted, largest, moved, ratioOf, resized } from './crop-model';

const whole = { width: 400, height: 200 };

test('a part never leaves the picture', () => {
  expect(moved({ x: 350, y: 0, width: 50, height: 50 }, { x: 30, y: -10 }, whole)).toEqual({
    x: 350,
    y: 0,
    width: 50,
    height: 50,
  });
  expect(fitted({ x: -5, y: 190.4, width: 900, height: 0 }, whole)).toEqual({
    x: 0,
    y: 190,
    width: 400,
    height: 1,
  });
});

test('resizing stops at the edge the corner points to', () => {
  expect(resized({ x: 100, y: 100, width: 10, height: 10 }, { width: 999, height: 999 }, whole)).toEqual({
    x: 100,
    y: 100,
    width: 300,
    height: 100,
  });
});

test('with a ratio the height follows and both stay within', () => {
  expect(resized({ x: 0, y: 0, width: 10, height: 5 }, { width: 100 }, whole, 2)).toEqual({
    x: 0,
    y: 0,
    width: 100,
    height: 50,
  });
  expect(resized({ x: 0, y: 100, width: 10, height: 10 }, { width: 400 }, whole, 1)).toEqual({
    x: 0,
    y: 100,
    width: 100,
    height: 100,
  });
});

test('the largest part of a ratio lies in the middle', () => {
  expect(largest(whole, 1)).toEqual({ x: 100, y: 0, width: 200, height: 200 });
  expect(largest(whole, ratioOf('own', whole))).toEqual({ x: 0, y: 0, width: 400, height: 200 });
  expect(largest(whole, ratioOf('free', whole))).toEqual({ x: 0, y: 0, width: 400, height: 200 });
});
