// What trailseal itself writes: bundles with several options, time stamps, proofs. Each is
// good as it is, and each kind of file in it is altered.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { authority } from './kit/authority.mjs';
import { REPOSITORY, vector } from './kit/mirror.mjs';
import { browser, give, giveFolder, open } from './kit/page.mjs';
import { zip } from './kit/zip.mjs';

const PROGRAM = fileURLToPath(new URL(process.env.TRAILSEAL ?? 'target/debug/trailseal', REPOSITORY));
const SAMPLE = ['test-vectors/sample', '--keys', 'test-vectors/sample-keys.json'];
const desk = mkdtempSync(join(tmpdir(), 'verify-html-trailseal-'));
const path = (name) => join(desk, name);
const { page, trouble } = await open();
after(async () => { await browser.close(); rmSync(desk, { recursive: true }); });

// Runs it in the repository. The sample has failures, so its reports end with 1.
function trailseal(...words) {
  const { status, stderr, error } = spawnSync(PROGRAM, words, { cwd: fileURLToPath(REPOSITORY), encoding: 'utf8' });
  assert.ok(!error && status !== null && status < 2, `${words.join(' ')}: ${error ?? stderr}`);
}

function files(folder) {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = found.map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)));
  return new Map(names.sort().map((name) => [name, readFileSync(join(folder, name))]));
}

// A byte of the content changed; of what is packed, one that is not unpacked otherwise.
function altered(all, name) {
  const copy = new Map(all);
  const bytes = Buffer.from(copy.get(name));
  if (bytes.length === 0) return copy.set(name, Buffer.from('x'));
  bytes[bytes.length >> 1] ^= 1;
  return copy.set(name, bytes);
}

const ring = vector('sample-keys.json');

for (const algorithm of ['ed25519', 'ecdsa-p256', 'rsa-3072']) trailseal('keys', 'generate', '--no-passphrase', '--algorithm', algorithm, '-o', path(`${algorithm}.pem`));
const key = (algorithm) => readFileSync(path(`${algorithm}.pem.pub`), 'utf8');

function report(name, algorithm, ...more) {
  trailseal('report', ...SAMPLE, '--at', '2026-03-13T00:00:00Z', '--signing-key', path(`${algorithm}.pem`), '--out', path(name), ...more);
  return path(name);
}

for (const [algorithm, include, ...more] of [
  ['ed25519', 'all'],
  ['ecdsa-p256', 'failed', '--events', 'csv,jsonl', '--controls', 'pci,nist'],
  ['rsa-3072', 'none', '--case-number', 'IR-7'],
]) {
  test(`a bundle signed with ${algorithm} that includes ${include}`, async () => {
    const folder = report(`bundle-${include}`, algorithm, '--include-objects', include, ...more);
    const trusted = { key: key(algorithm), ring };
    const found = await giveFolder(page, folder, trusted);
    // Where objects are not included, what is said of them is the examiner's word.
    assert.equal(found.answer, include === 'all' ? 'verified' : 'unchecked', found.text);
    assert.match(found.says, /concludes: FAILED/);
    for (const check of ['signature', 'signer', 'files', 'bag', 'merkle', 'counts']) assert.equal(found.checks[check].answer, 'verified', check);

    const good = files(folder);
    const zipped = await give(page, zip(good), trusted);
    assert.equal(zipped.answer, found.answer);
    // One of each kind: of the many objects, two digests and two logs.
    const names = [...good.keys()];
    const objects = [/CloudTrail-Digest\//, /CloudTrail\//].flatMap((kind) => names.filter((name) => kind.test(name)).slice(0, 2));
    for (const name of [...names.filter((name) => !name.includes('/AWSLogs/')), ...objects]) {
      const bad = await give(page, zip(altered(good, name)), trusted);
      assert.equal(bad.answer, 'failed', name);
      const blamed = Object.values(bad.checks).flatMap(({ answer, details }) => (answer === 'failed' ? details : [])).join('\n');
      assert.ok(name === 'statement.dsse.json' || blamed.includes(name), `${name}: ${blamed}`);
    }
    const other = await give(page, zip(good), { key: key(algorithm === 'ed25519' ? 'rsa-3072' : 'ed25519'), ring });
    assert.equal(other.checks.signer.answer, 'unchecked');
  });
}

test('a bundle that nobody signed', async () => {
  trailseal('report', ...SAMPLE, '--unsigned', '--out', path('unsigned'));
  const found = await giveFolder(page, path('unsigned'), { ring });
  assert.equal(found.answer, 'unchecked', found.text);
  assert.equal(found.checks.signature.answer, 'unchecked');
});

test('a bundle with a time stamp', async () => {
  const folder = report('stamped', 'ed25519', '--include-objects', 'all');
  const tsa = authority('ecdsa');
  trailseal('report', 'timestamp', folder);
  writeFileSync(path('answer.tsr'), tsa.answer(join(folder, 'statement.tsq')));
  writeFileSync(path('ca.pem'), tsa.ca);
  trailseal('report', 'timestamp', folder, '--attach', path('answer.tsr'), '--tsa-ca', path('ca.pem'));
  const trusted = { key: key('ed25519'), ring };
  const believed = await giveFolder(page, folder, { ...trusted, ca: tsa.ca });
  assert.equal(believed.answer, 'verified', believed.text);
  const open_ = await giveFolder(page, folder, trusted);
  assert.equal(open_.answer, 'unchecked');
  for (const name of ['statement.tsr', 'statement.tsq', 'statement.dsse.json']) {
    assert.equal((await give(page, zip(altered(files(folder), name)), { ...trusted, ca: tsa.ca })).answer, 'failed', name);
  }
});

test('a proof of one event', async () => {
  trailseal('prove', '18e27c1e-527e-49ac-9fa8-a6a407406a60', ...SAMPLE, '--out', path('proof'));
  const good = files(path('proof'));
  const found = await giveFolder(page, path('proof'), { ring });
  assert.equal(found.answer, 'verified', found.text);
  for (const name of good.keys()) {
    if (['verify.sh', 'verify.html', 'VERIFY.md'].includes(name)) continue; // no signature covers them
    const bad = await give(page, zip(altered(good, name)), { ring });
    assert.notEqual(bad.answer, 'verified', name);
  }
});

test('the page asked no network and complained of nothing', () => assert.deepEqual(trouble, []));
