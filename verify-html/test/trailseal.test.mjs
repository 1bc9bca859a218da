// What trailseal itself writes: bundles with several options, time stamps, proofs. Each is
// good as it is, and each kind of file in it is altered.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { after, test } from 'node:test';
import { authority } from './kit/authority.mjs';
import { vector } from './kit/mirror.mjs';
import { browser, give, giveFolder, open } from './kit/page.mjs';
import { Desk, SAMPLE } from './kit/trailseal.mjs';
import { zip } from './kit/zip.mjs';

const desk = new Desk();
const ring = vector('sample-keys.json');
const { page, trouble } = await open();
after(async () => { await browser.close(); desk.clear(); });

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

for (const [algorithm, include, ...more] of [
  ['ed25519', 'all'],
  ['ecdsa-p256', 'failed', '--events', 'csv,jsonl', '--controls', 'pci,nist'],
  ['rsa-3072', 'none', '--case-number', 'IR-7'],
]) {
  test(`a bundle signed with ${algorithm} that includes ${include}`, async () => {
    const folder = desk.report(`bundle-${include}`, algorithm, '--include-objects', include, ...more);
    const trusted = { key: desk.publicKey(algorithm), ring };
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
    const other = await give(page, zip(good), { key: desk.publicKey(algorithm === 'ed25519' ? 'rsa-3072' : 'ed25519'), ring });
    assert.equal(other.checks.signer.answer, 'unchecked');
  });
}

test('a bundle that nobody signed', async () => {
  desk.run('report', ...SAMPLE, '--unsigned', '--out', desk.path('unsigned'));
  const found = await giveFolder(page, desk.path('unsigned'), { ring });
  assert.equal(found.answer, 'unchecked', found.text);
  assert.equal(found.checks.signature.answer, 'unchecked');
});

test('a report of what a case states', async () => {
  desk.run('case', 'build', ...SAMPLE, '-o', desk.path('case.sqlite'));
  desk.run('report', desk.path('case.sqlite'), '--signing-key', desk.key('ed25519'), '--out', desk.path('of-case'));
  const found = await giveFolder(page, desk.path('of-case'), { key: desk.publicKey('ed25519'), ring });
  assert.equal(found.answer, 'unchecked', found.text);
  for (const check of ['signature', 'signer', 'files', 'bag', 'merkle']) assert.equal(found.checks[check].answer, 'verified', check);
  assert.equal(found.checks.counts.answer, 'unchecked');
  assert.match(found.text, /made from a case/);
});

test('a bundle with a time stamp', async () => {
  const folder = desk.report('stamped', 'ed25519', '--include-objects', 'all');
  const tsa = authority('ecdsa');
  desk.run('report', 'timestamp', folder);
  writeFileSync(desk.path('answer.tsr'), tsa.answer(join(folder, 'statement.tsq')));
  writeFileSync(desk.path('ca.pem'), tsa.ca);
  desk.run('report', 'timestamp', folder, '--attach', desk.path('answer.tsr'), '--tsa-ca', desk.path('ca.pem'));
  const trusted = { key: desk.publicKey('ed25519'), ring };
  const believed = await giveFolder(page, folder, { ...trusted, ca: tsa.ca });
  assert.equal(believed.answer, 'verified', believed.text);
  const open_ = await giveFolder(page, folder, trusted);
  assert.equal(open_.answer, 'unchecked');
  for (const name of ['statement.tsr', 'statement.tsq', 'statement.dsse.json']) {
    assert.equal((await give(page, zip(altered(files(folder), name)), { ...trusted, ca: tsa.ca })).answer, 'failed', name);
  }
});

test('a proof of one event', async () => {
  desk.run('prove', '18e27c1e-527e-49ac-9fa8-a6a407406a60', ...SAMPLE, '--out', desk.path('proof'));
  const good = files(desk.path('proof'));
  const found = await giveFolder(page, desk.path('proof'), { ring });
  assert.equal(found.answer, 'verified', found.text);
  for (const name of good.keys()) {
    if (['verify.sh', 'verify.html', 'VERIFY.md'].includes(name)) continue; // no signature covers them
    const bad = await give(page, zip(altered(good, name)), { ring });
    assert.notEqual(bad.answer, 'verified', name);
  }
});

test('the page asked no network and complained of nothing', () => assert.deepEqual(trouble, []));
