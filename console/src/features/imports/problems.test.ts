import { expect, test } from 'vitest';
import { problemsOf } from './problems';

const HEAD = '\uFEFFline,severity,column,reason,email,name\n';

test('problems are read with their line, column and reason', () => {
  const csv = `${HEAD}3,error,email,"not an address, really",anaexample,Ana\n7,warning,birthday,not a date,,Bo\n`;
  expect(problemsOf(csv, 10)).toEqual([
    { line: '3', severity: 'error', column: 'email', reason: 'not an address, really' },
    { line: '7', severity: 'warning', column: 'birthday', reason: 'not a date' },
  ]);
});

test('a line that broke off because only the beginning was read is left out', () => {
  expect(problemsOf(`${HEAD}3,error,email,wrong,x,y\n4,err`, 10)).toHaveLength(1);
});

test('no more are given than were asked for, and none of an empty file', () => {
  expect(problemsOf(`${HEAD}1,error,,a\n2,error,,b\n`, 1)).toHaveLength(1);
  expect(problemsOf('', 5)).toEqual([]);
});
