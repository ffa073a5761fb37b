/** Contacts and campaigns made without the screen: for tests about what comes after. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from './program.ts';

/** Adds people who agreed to email, `u0@people.example` and on; `country` says where each lives, or nothing. */
export function addPeople(program: Program, count: number, country: (n: number) => string = () => ''): void {
  const rows = Array.from({ length: count }, (_, n) => `u${n}@people.example,Ana ${n},${country(n)},yes`);
  const file = join(program.data, 'people.csv');
  writeFileSync(file, ['email,first_name,country,accepts_email_marketing', ...rows, ''].join('\n'));
  program.run('contacts', 'import', file, '--store', program.store);
}

/** A draft to everybody that can be launched; 0 messages a second at most is no limit. `at`: when it is to go out. */
export async function addDraft(program: Program, name: string, perSecond = 0, at?: Date): Promise<string> {
  const source =
    '<p>Hi</p><a href="https://shop.example/tea">Tea</a> <a href="{{ links.unsubscribe }}">Unsubscribe</a>';
  const made = (await program.api('POST', '/campaigns', {
    name,
    content: {
      subject: 'News',
      from: 'news@shop.example',
      body: { format: 'html', source },
      postal_address: '1 Shop Street, Singapore',
    },
    settings: {
      include: [{ all: true }],
      throttle_per_second: perSecond,
      timing: at === undefined ? { kind: 'now' } : { kind: 'at', at: at.toISOString() },
    },
  })) as { id: string };
  return made.id;
}

/** Launches a draft of `addDraft`. */
export async function launch(program: Program, id: string): Promise<void> {
  const plan = (await program.api('GET', `/campaigns/${id}/plan`)) as { audience: number };
  await program.api('POST', `/campaigns/${id}/launch`, { audience: plan.audience });
}
