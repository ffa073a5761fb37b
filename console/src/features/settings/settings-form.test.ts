import { describe, expect, test } from 'vitest';
import type { Store } from './queries';
import { changeOf, settingsRules, valuesOf } from './settings-form';

const store = (settings: Store['settings']): Store => ({
  id: 'sto_1',
  name: 'Tea',
  settings,
  version: 3,
  created_at: '2026-01-01T00:00:00Z',
});
const rules = settingsRules({ required: 'required', time: 'time', sameTime: 'same' });

describe('the settings form', () => {
  test('keeps what it was given when nothing is touched', () => {
    const settings = {
      postal_address: '1 Shop Street',
      time_zone: 'Asia/Singapore',
      language: 'zh-TW',
      currency: 'SGD',
      track_opens: false,
      track_clicks: true,
      quiet_hours: { from: '21:30', to: '07:00' },
      frequency_cap: { messages: 2, days: 5 },
    };
    expect(changeOf(valuesOf(store(settings)))).toEqual({ name: 'Tea', settings });
  });

  test('empties an address, quiet hours and the cap with null', () => {
    const values = { ...valuesOf(store({})), postal_address: '  ', quiet: false, capped: false };
    expect(changeOf(values).settings).toMatchObject({
      postal_address: null,
      quiet_hours: null,
      frequency_cap: null,
    });
  });

  test('refuses quiet hours that begin and end together, and times that are none', () => {
    const values = { ...valuesOf(store({})), quiet: true, quiet_from: '08:00', quiet_to: '08:00' };
    expect(rules.safeParse(values).error?.issues.map((i) => i.message)).toEqual(['same']);
    expect(rules.safeParse({ ...values, quiet_to: '25:00' }).error?.issues.map((i) => i.message)).toContain(
      'time',
    );
  });
});
