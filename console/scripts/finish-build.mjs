// After the build: copies the API docs page's files, writes .br and .gz beside every text file, and holds
// the sizes to their budgets (KB of gzip). The program embeds dist/ as it is.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const ENTRY_KB = 330;
const CHUNK_KB = 230;
const STYLE_KB = 45;
const TEXT = new Set(['.js', '.css', '.html', '.svg', '.json']);

mkdirSync('dist/docs', { recursive: true });
for (const name of ['swagger-ui.css', 'swagger-ui-bundle.js']) {
  copyFileSync(join('node_modules/swagger-ui-dist', name), join('dist/docs', name));
}

function* files(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* files(path);
    else yield path;
  }
}

const html = readFileSync('dist/index.html', 'utf8');
const tooLarge = [];
let entry = 0;
for (const path of [...files('dist')]) {
  if (!TEXT.has(extname(path))) continue;
  const plain = readFileSync(path);
  const gzip = gzipSync(plain, { level: 9 });
  // index.html carries a nonce that the program fills in at each request: it stays uncompressed.
  if (path !== 'dist/index.html') {
    writeFileSync(`${path}.gz`, gzip);
    writeFileSync(
      `${path}.br`,
      brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
    );
  }
  if (path.startsWith('dist/docs/')) continue;
  const kb = gzip.length / 1024;
  const isFirst = extname(path) === '.js' && html.includes(path.slice('dist/'.length));
  if (isFirst) entry += kb;
  const limit = extname(path) === '.css' ? STYLE_KB : CHUNK_KB;
  if (!isFirst && kb > limit) tooLarge.push(`${path}: ${kb.toFixed(0)} KB of at most ${limit}`);
  if (kb > 20) console.log(`${kb.toFixed(1).padStart(7)} KB gzip  ${path}${isFirst ? '  (first load)' : ''}`);
}
console.log(`${entry.toFixed(1).padStart(7)} KB gzip  first load of scripts, at most ${ENTRY_KB}`);
if (entry > ENTRY_KB) tooLarge.push(`first load: ${entry.toFixed(0)} KB of at most ${ENTRY_KB}`);
if (tooLarge.length > 0) {
  console.error(`Too large:\n${tooLarge.join('\n')}`);
  process.exit(1);
}
