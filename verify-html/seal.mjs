// Writes the hashes of the script and of the style into the page's own policy, or with
// --check only says whether they are there: `node verify-html/seal.mjs [--check]`.
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

const page = new URL('verify.html', import.meta.url);

export function sealed(html) {
  return ['script', 'style'].reduce((text, tag) => {
    const parts = text.split(new RegExp(`<${tag}>|</${tag}>`));
    if (parts.length !== 3) throw new Error(`expected one <${tag}>, found ${(parts.length - 1) / 2}`);
    const hash = createHash('sha256').update(parts[1]).digest('base64');
    return text.replace(new RegExp(`(${tag}-src 'sha256-)[^']*'`), (_, start) => `${start}${hash}'`);
  }, html);
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const html = readFileSync(page, 'utf8');
  const now = sealed(html);
  if (process.argv[2] === '--check') {
    process.exitCode = html === now ? 0 : 1;
  } else if (html !== now) {
    const temporary = new URL('verify.html.tmp', import.meta.url);
    writeFileSync(temporary, now);
    renameSync(temporary, page);
  }
}
