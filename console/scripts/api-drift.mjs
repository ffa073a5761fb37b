// Fails if src/api/schema.d.ts is not what docs/api/openapi.json generates: the client and the program
// would then speak of different things.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'smartpush-api-'));
const fresh = join(folder, 'schema.d.ts');
const made = spawnSync(
  process.execPath,
  [
    'node_modules/openapi-typescript/bin/cli.js',
    '../docs/api/openapi.json',
    '-o',
    fresh,
    '--alphabetize',
    '--default-non-nullable',
    'false',
  ],
  { stdio: ['ignore', 'ignore', 'inherit'] },
);
const same = made.status === 0 && readFileSync(fresh, 'utf8') === readFileSync('src/api/schema.d.ts', 'utf8');
rmSync(folder, { recursive: true });
if (!same) {
  console.error('src/api/schema.d.ts is not fresh. Run `npm run generate` and commit it.');
  process.exit(1);
}
