import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { ApiError, fieldErrors, problemFrom } from '../api/problem';
import simplified from '../locales/sentences/zh-CN.json';
import traditional from '../locales/sentences/zh-TW.json';
import {
  knownSentence,
  type Sentences,
  serverReason,
  serverSentence,
  setSentences,
} from './server-sentences';

const gathered = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../docs/api/sentences.json'), 'utf8'),
) as { sentences: string[]; reasons: string[] };
const HOLE = /\{\d\}/g;
const holes = (text: string) => (text.match(HOLE) ?? []).sort();
const chinese = /\p{Script=Han}/u;

afterEach(() => setSentences(undefined));

describe.each<[string, Sentences]>([
  ['zh-CN', simplified],
  ['zh-TW', traditional],
])('%s', (_, language) => {
  test('says all that the server says, and nothing it does not', () => {
    expect(Object.keys(language.sentences).sort()).toEqual([...gathered.sentences].sort());
    expect(Object.keys(language.reasons).sort()).toEqual([...gathered.reasons].sort());
    expect(Object.keys(language.words)).toEqual(Object.keys(simplified.words));
  });

  test('puts each value in and is translated', () => {
    for (const [english, translation] of Object.entries({ ...language.sentences, ...language.reasons })) {
      expect([english, holes(translation)]).toEqual([english, holes(english)]);
      if (/[a-z]/.test(english)) expect(translation).toMatch(chinese);
    }
  });

  test('finds each sentence again with its values in it', () => {
    setSentences(language);
    for (const english of gathered.sentences) {
      const said = english.replace(HOLE, (hole) => `v${hole[1]}v`);
      const expected = language.sentences[english]?.replace(HOLE, (hole) => `v${hole[1]}v`);
      expect(knownSentence(said)).toBe(expected);
    }
  });
});

describe('a sentence of the server', () => {
  test('is shown as it is in English, and in other languages if nobody translated it', () => {
    expect(serverSentence('There is a tag of this name.')).toBe('There is a tag of this name.');
    setSentences(simplified);
    expect(serverSentence('There is a tag of this name.')).toBe('已有同名的标签。');
    expect(serverSentence('Nobody ever said this here.')).toBe('Nobody ever said this here.');
  });

  test('holds words and sentences that are translated too, and values that are not', () => {
    setSentences(simplified);
    expect(serverSentence('There is no such campaign in this store.')).toBe('此店铺中没有这个活动。');
    expect(serverSentence('2 fields need attention; the first: A colour like #1c6e4c.')).toBe(
      '有 2 个字段需要修改；第一个：颜色形如 #1c6e4c。',
    );
    expect(serverSentence('There is no filter $&.')).toBe('没有过滤器 $&。');
  });

  test('may be two', () => {
    setSentences(simplified);
    expect(serverSentence('There is a tag of this name. Say which tag.')).toBe(
      '已有同名的标签。请指定标签。',
    );
    expect(serverSentence('There is a tag of this name. Or is there?')).toBe(
      'There is a tag of this name. Or is there?',
    );
  });

  test('is translated where a refusal comes in, for the whole and for each field', async () => {
    setSentences(simplified);
    const detail = 'At most 64 characters.';
    const errors = [{ pointer: '/name', code: 'too_long', detail }];
    const response = Response.json({ code: 'validation', detail, errors }, { status: 422 });
    const problem = await problemFrom(response);
    expect(problem.detail).toBe('最多 64 个字符。');
    expect(fieldErrors(new ApiError(problem))).toEqual([
      { path: 'name', code: 'too_long', detail: '最多 64 个字符。' },
    ]);
  });
});

test.each([
  ['country is SG', '国家/地区为SG'],
  [
    'email is subscribed since 2026-11-01 and bounced since 2026-11-03',
    '邮箱为自 2026-11-01 起已订阅，自 2026-11-03 起已退信',
  ],
  [
    '2 times, last at 2026-11-01 09:00 UTC; total adds up to 30',
    '2 次，最后一次在 2026-11-01 09:00 UTC；total 合计 30',
  ],
  ['“A” last at 2026-11-01 09:00 UTC, “B” never', '“A”最后一次在 2026-11-01 09:00 UTC，“B”从未'],
  ['opened a message, last on 2026-11-01', '打开过邮件，最后一次在 2026-11-01'],
  ['“Salt and Pepper” never, “B” never', '“Salt and Pepper”从未，“B”从未'],
  ['something that nobody said', 'something that nobody said'],
])('what a condition found out is told in the language of the screen: %s', (english, chineseWords) => {
  setSentences(simplified);
  expect(serverReason(english)).toBe(chineseWords);
  setSentences(undefined);
  expect(serverReason(english)).toBe(english);
});
