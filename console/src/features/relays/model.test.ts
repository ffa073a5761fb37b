import { describe, expect, test } from 'vitest';
import { addressOf, bodyOf, formOf, moved, parseAddress, patchOf } from './model';
import type { Relay } from './queries';

const relay = (id: string, place: number): Relay => ({
  id,
  name: id,
  kind: 'smtp',
  address: 'smtps://mail.example.com:465',
  logs_in: true,
  connections_max: 10,
  messages_per_connection_max: 1000,
  limits: { google: { messages_at_once: 4 } },
  place,
  preferred: place === 1,
  test_passed: false,
  created_at: '2026-11-25T00:00:00Z',
});

describe('an address', () => {
  test.each([
    ['smtp+starttls://mail.example.com:587', 'starttls', 'mail.example.com', 587],
    ['smtps://mail.example.com', 'tls', 'mail.example.com', 465],
    ['smtp://[::1]:2525', 'none', '[::1]', 2525],
  ])('%s is taken apart', (address, encryption, host, port) => {
    expect(parseAddress(address)).toEqual({ kind: 'smtp', encryption, host, port });
  });

  test('is put together again, with brackets around IPv6 and the usual port if none is given', () => {
    expect(addressOf({ kind: 'smtp', encryption: 'none', host: '::1', port: 2525 })).toBe(
      'smtp://[::1]:2525',
    );
    expect(addressOf({ kind: 'smtp', encryption: 'tls', host: ' mail.example.com ', port: '' })).toBe(
      'smtps://mail.example.com:465',
    );
    expect(addressOf({ kind: 'sandbox', encryption: 'tls', host: '', port: '' })).toBe('sandbox');
  });
});

test('a new relay leaves out what nobody typed', () => {
  const body = bodyOf({ ...formOf(undefined), name: ' Main ', host: 'mail.example.com' });
  expect(body).toMatchObject({ name: 'Main', address: 'smtp+starttls://mail.example.com:587', limits: {} });
  expect(body.user).toBeUndefined();
  expect(body.password).toBeUndefined();
});

test('a change keeps the log-in unless one is typed or it is to be forgotten', () => {
  const form = formOf(relay('one', 1));
  expect('user' in patchOf(form, false)).toBe(false);
  expect(patchOf(form, true).user).toBeNull();
  expect(patchOf({ ...form, user: 'me', password: 'secret' }, false)).toMatchObject({
    user: 'me',
    password: 'secret',
  });
  expect(patchOf(form, false).limits).toEqual({ google: { messages_at_once: 4 } });
  expect(patchOf(form, false).helo).toBeNull();
});

test('moving a relay writes only the places that change', () => {
  const all = [relay('one', 1), relay('two', 2), relay('three', 3)];
  expect(moved(all, 'three', -1)).toEqual([
    { id: 'three', place: 2 },
    { id: 'two', place: 3 },
  ]);
  expect(moved(all, 'one', -1)).toEqual([]);
});
