import { expect, test } from 'vitest';
import { withHeat } from './heat-map';

const links = [
  { link: 0, url: 'https://shop.example/a?utm_source=mail', people: 4, times: 6 },
  { link: 1, url: 'https://shop.example/b', people: 0, times: 0 },
];
const options = {
  links,
  heat: new Map([
    [0, 1],
    [1, 0],
  ]),
  label: ({ people }: { people: number }) => `${people} clicked`,
};

test('every link with a number gets its figure, and no other', () => {
  const html =
    '<p><a data-link="0" href="#">A</a> <a data-link="1" href="#">B</a> <a href="https://shop.example/a">C</a></p>';
  const page = new DOMParser().parseFromString(withHeat(html, options), 'text/html');
  expect([...page.querySelectorAll('a')].map((a) => a.querySelector('span')?.textContent)).toEqual([
    '4 clicked',
    '0 clicked',
    undefined,
  ]);
});

test('a label is text and never markup', () => {
  const html = '<a data-link="1" href="#">B</a>';
  const out = withHeat(html, { ...options, label: () => '<img src=x>' });
  expect(out).toContain('&lt;img src=x&gt;');
});
