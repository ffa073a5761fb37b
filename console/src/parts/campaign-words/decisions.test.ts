import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import english from '../../locales/en/decisions.json';

const crates = join(import.meta.dirname, '../../../../crates');
const read = (path: string) => readFileSync(join(crates, path), 'utf8');
const words = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((m) => m[1] ?? '');

test('every reason of the gate and every class of refusal has words', () => {
  const gate = words(read('messaging/src/gate/model.rs'), /\w+ => "(\w+)", "/g);
  const refusals = words(
    read('messaging/src/channels/email/replies/model.rs'),
    /BounceClass::\w+,\s*"(\w+)",/g,
  );
  const absent = words(read('automation/src/campaigns/decisions.rs'), /reason: Some\("(\w+)"\.into/g);
  const all = [...gate, ...refusals, ...absent];
  expect(all.length).toBeGreaterThan(25);
  expect(all.filter((word) => !(word in english.sentence))).toEqual([]);
  expect(all.filter((word) => !(word in english.reason))).toEqual([]);
});
