import { expect, test } from 'vitest';

const files = import.meta.glob<string>('../**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true });
const sources = Object.entries(files).filter(([name]) => !name.endsWith('.test.ts'));

test('every frame is sandboxed, and none has the origin of the console', () => {
  const frames = sources.filter(([, text]) => /<iframe\b|component="iframe"/.test(text));
  expect(frames.map(([name]) => name)).toHaveLength(3);
  for (const [name, text] of frames) expect(text, name).toMatch(/\bsandbox=/);
  for (const [name, text] of sources) expect(text, name).not.toContain('allow-same-origin');
});
