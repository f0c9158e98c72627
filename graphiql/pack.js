// Turns a build folder into what the repository carries: each served file gzip-compressed only,
// manifest and licences as they are, and the checksums of all raw files.
//   node pack.js <build folder> <target folder>
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, gzipSync } from 'node:zlib';

const PLAIN = new Set(['LICENSES.txt', 'manifest.json']);

const [source, target] = process.argv.slice(2);
const names = readdirSync(source).sort();

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const sums = names.map((name) => {
  const raw = readFileSync(join(source, name));
  if (PLAIN.has(name)) {
    writeFileSync(join(target, name), raw);
  } else {
    // zlib writes a zero time stamp, so equal input gives an equal file.
    const packed = gzipSync(raw, { level: constants.Z_BEST_COMPRESSION });
    writeFileSync(join(target, `${name}.gz`), packed);
  }
  return `${createHash('sha256').update(raw).digest('hex')}  ${name}\n`;
});
writeFileSync(join(target, 'SHA256SUMS'), sums.join(''));
