/** Every place of the console below a store. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Places } from './demo.ts';

/** Paths below a store as the features declare them, and what stands for their parameters. */
export function declared(): string[] {
  const features = join(import.meta.dirname, '../src/features');
  const files = readdirSync(features).map((name) => join(features, name, 'routes.ts'));
  const paths = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/path: '([^']+)'/g)].map((m) => m[1] ?? ''),
  );
  return [...new Set(paths.filter((path) => !path.startsWith('/')))];
}

/** A path with examples in the place of its parameters. */
export function fill(path: string, places: Places): string {
  return `/${path.replace(/\$(\w+)/g, (_, name: string) => {
    const id = places[name];
    if (id === undefined) throw new Error(`no example for $${name}: add it to e2e/demo.ts`);
    return id;
  })}`;
}
