import { expect, test } from 'vitest';
import { completed } from './link-button';
import { fromEditor, toEditor } from './liquid-html';
import { styleValue, withStyle } from './styles';

test.each([
  `<p>Hello {{ contact.first_name | default: 'there' }},</p>`,
  `<p>{{ contact.first_name | default: "there" }}</p>`,
  `<p><a href="{{ store.url }}/new?a=1&amp;b=2">New</a></p>`,
  `<p>{% if contact.tags contains 'vip' %}<strong>First.</strong>{% endif %}</p>`,
  `<p>{% if 1 < 2 and 3 > 2 %}yes{% endif %}</p>`,
  `<ul><li>One</li><li>Two {{ store.name }}</li></ul>`,
])('%s comes back as it was', (html) => {
  expect(fromEditor(toEditor(html))).toBe(html);
});

test('Liquid in words becomes a chip that keeps its source', () => {
  expect(toEditor('<p>Hi {{ store.name }}!</p>')).toBe(
    '<p>Hi <span data-liquid="{{ store.name }}"></span>!</p>',
  );
});

test('Liquid in an attribute is no chip and keeps its quotes', () => {
  const html = fromEditor(`<p><a href="{{ links.web_view | default: &quot;x&quot; }}">y</a></p>`);
  expect(html).toBe('<p><a href="{{ links.web_view | default: "x" }}">y</a></p>');
});

test('the paragraphs an editor puts into list items are taken out, their style stays', () => {
  expect(
    fromEditor('<ul><li><p style="text-align: center">One</p><ul><li><p>In</p></li></ul></li></ul>'),
  ).toBe('<ul><li style="text-align: center">One<ul><li>In</li></ul></li></ul>');
});

test('one property of a style changes, the others stay', () => {
  const style = withStyle('color: red; font-size: 18px', 'color', '#00f');
  expect([styleValue(style, 'color'), styleValue(style, 'font-size')]).toEqual(['#00f', '18px']);
  expect(withStyle('color: red', 'color', '')).toBeNull();
});

test('addresses without a scheme get the one that is meant', () => {
  const cases = ['shop.example/new', 'care@shop.example', 'tel:+65123', '{{ store.url }}', ''];
  expect(cases.map(completed)).toEqual([
    'https://shop.example/new',
    'mailto:care@shop.example',
    'tel:+65123',
    '{{ store.url }}',
    '',
  ]);
});
