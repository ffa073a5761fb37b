/** A store filled with the made-up data of the first run, and an example for each parameter of a route. */
import { type Program, until } from './program.ts';

/** Ids by the name of the parameter in the console's paths. */
export type Places = Record<string, string>;

interface Item {
  id: string;
  state?: string;
}

/** Fills the store and waits until it is done. */
export async function fillWithDemo(program: Program): Promise<void> {
  const { job } = (await program.api('POST', '/demo')) as { job: string };
  await until('the demo data', async () => {
    const { state, error } = (await program.api('GET', `/jobs/${job}`)) as { state: string; error?: string };
    if (state === 'failed') throw new Error(`the demo failed: ${error}`);
    return state === 'done' ? true : undefined;
  });
  await program.tell('track', { event: 'Product Viewed', anonymousId: 'a1', properties: { name: 'Scarf' } });
  await program.tell('track', { anonymousId: 'a1' });
}

async function first(
  program: Program,
  path: string,
  wanted: (item: Item) => boolean = () => true,
): Promise<string> {
  const { items } = (await program.api('GET', path)) as { items: Item[] };
  const found = items.find(wanted);
  if (found === undefined) throw new Error(`nothing at ${path}`);
  return found.id;
}

/** Examples out of the demo data; what it lacks is made. */
export async function placesOf(program: Program): Promise<Places> {
  const domain = (await program.api('POST', '/domains', { domain: 'shop.example' })) as Item;
  const file = 'email,first_name,newsletter\nana@people.example,Ana,yes\nbo@people.example,Bo,no\n';
  return {
    campaign: await until('the demo campaign', () =>
      first(program, '/campaigns', ({ state }) => state === 'finished'),
    ),
    contact: await first(program, '/contacts'),
    domain: domain.id,
    import: await program.upload('people.csv', file),
    segment: await first(program, '/segments'),
    template: await first(program, '/templates'),
  };
}
