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

test('every link gets its figure, by number or by address', () => {
  const html =
    '<p><a href="https://shop.example/a">A</a> <a data-link="1" href="#x">B</a> <a href="https://other.example">C</a></p>';
  const page = new DOMParser().parseFromString(withHeat(html, options), 'text/html');
  expect([...page.querySelectorAll('a')].map((a) => a.querySelector('span')?.textContent)).toEqual([
    '4 clicked',
    '0 clicked',
    undefined,
  ]);
});

test('a label is text and never markup', () => {
  const html = '<a href="https://shop.example/b">B</a>';
  const out = withHeat(html, { ...options, label: () => '<img src=x>' });
  expect(out).toContain('&lt;img src=x&gt;');
});
