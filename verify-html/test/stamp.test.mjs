// Time stamps (RFC 3161) of OpenSSL over the statement of a bundle.
import assert from 'node:assert/strict';
import { copyFileSync, readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { authority } from './kit/authority.mjs';
import { bundle, payload, signer } from './kit/bundle.mjs';
import { mirror, objectLines, sha256, vector } from './kit/mirror.mjs';
import { browser, give, open } from './kit/page.mjs';
import { zip } from './kit/zip.mjs';

const objects = mirror('cases/healthy/objects');
const keyring = vector('cases/healthy/keys.json');
const key = signer();
const good = bundle(payload({ objects, lines: objectLines(objects), keyring }), key);
const statement = good.get('statement.dsse.json');
const { page, trouble } = await open();
after(() => browser.close());

// The bundle with an answer in it, and the list that names it.
function stamped(answer) {
  const files = new Map([...good, ['statement.tsr', Buffer.from(answer)]]);
  files.delete('tagmanifest-sha256.txt');
  const tags = [...files.keys()].filter((name) => !name.startsWith('data/')).sort();
  files.set('tagmanifest-sha256.txt', Buffer.from(tags.map((name) => `${sha256(files.get(name))}  ${name}\n`).join('')));
  return files;
}

const checked = (answer, ca) => give(page, zip(stamped(answer)), { key: key.pem, ring: keyring, ca });

const honest = { rsa: authority('rsa'), ecdsa: authority('ecdsa') };

for (const [kind, tsa] of Object.entries(honest)) {
  test(`an authority with ${kind} keys`, async () => {
    const answer = tsa.stamp(statement);
    const found = await checked(answer, tsa.ca);
    assert.equal(found.answer, 'verified', found.text);
    assert.match(found.text, /the signed statement was there at 20\d\d-.*, says signer \(serial /);

    const open_ = await checked(answer);
    assert.deepEqual([open_.answer, open_.checks.timestamp.answer], ['unchecked', 'unchecked']);
    assert.match(open_.checks.timestamp.details.join(), /supply the certificate of its CA/);

    const other = honest[kind === 'rsa' ? 'ecdsa' : 'rsa'];
    const foreign = await checked(answer, other.ca);
    assert.equal(foreign.checks.timestamp.answer, 'failed');
    assert.match(foreign.checks.timestamp.details.join(), /no chain of certificates/);

    const about = await checked(tsa.stamp('something else'), tsa.ca);
    assert.equal(about.checks.timestamp.answer, 'failed');
    assert.match(about.checks.timestamp.details.join(), /it is not about this/);
  });

  test(`any byte of an answer with ${kind} keys`, async () => {
    const answer = tsa.stamp(statement);
    for (let at = 0; at < answer.length; at += Math.ceil(answer.length / 60)) {
      const changed = Buffer.from(answer);
      changed[at] ^= 1 << (at % 8);
      const found = await checked(changed, tsa.ca);
      assert.notEqual(found.checks.timestamp?.answer, 'verified', `byte ${at}: ${found.text}`);
    }
    for (const cut of [0, 1, 9, answer.length >> 1, answer.length - 1]) {
      assert.equal((await checked(answer.subarray(0, cut), tsa.ca)).checks.timestamp.answer, 'failed', `cut at ${cut}`);
    }
    assert.equal((await checked(Buffer.concat([answer, Buffer.from('x')]), tsa.ca)).checks.timestamp.answer, 'failed', 'something behind it');
  });
}

test('stronger hashes, fractions of a second, and the older name of the certificate', async () => {
  const tsa = authority('ecdsa');
  for (const hash of ['-sha384', '-sha512']) assert.equal((await checked(tsa.stamp(statement, hash), tsa.ca)).answer, 'verified', hash);
  tsa.configure('ess_cert_id_alg = sha256', 'ess_cert_id_alg = sha1\nclock_precision_digits = 6\ntsa_name = yes\nordering = yes');
  const old = await checked(tsa.stamp(statement), tsa.ca);
  assert.equal(old.answer, 'verified', old.text);
  const weak = await checked(tsa.stamp(statement, '-sha1'), tsa.ca);
  assert.equal(weak.checks.timestamp.answer, 'unchecked', weak.text);
});

const STAMPS = 'extendedKeyUsage = critical, timeStamping\n', ISSUES = 'basicConstraints = critical, CA:TRUE\n';

test('certificates that may not do what they did', async () => {
  for (const [subject, issuer, extensions, answer, words] of [
    ['signer', 'middle', STAMPS, 'verified', /./],
    ['signer', 'middle', `${STAMPS}keyUsage = critical, keyEncipherment\n`, 'failed', /not for time stamps alone/],
    ['signer', 'middle', 'extendedKeyUsage = timeStamping\n', 'failed', /not for time stamps alone/],
    ['signer', 'middle', 'extendedKeyUsage = critical, timeStamping, codeSigning\n', 'failed', /not for time stamps alone/],
    ['signer', 'middle', `${STAMPS}1.2.3.4 = critical, DER:0500\n`, 'unchecked', /critical extension/],
    ['middle', 'ca', ISSUES, 'verified', /./],
    ['middle', 'ca', 'basicConstraints = critical, CA:FALSE\n', 'failed', /no chain of certificates/],
    ['middle', 'ca', `${ISSUES}keyUsage = critical, digitalSignature\n`, 'failed', /no chain of certificates/],
    ['middle', 'ca', `${ISSUES}extendedKeyUsage = codeSigning\n`, 'failed', /no chain of certificates/],
    ['ca', 'ca', 'basicConstraints = critical, CA:TRUE, pathlen:0\n', 'failed', /no chain of certificates/],
  ]) {
    const tsa = authority('ecdsa');
    tsa.stamp(statement);
    tsa.certify(subject, issuer, extensions);
    if (subject === 'middle') copyFileSync(tsa.path('middle.pem'), tsa.path('chain.pem'));
    const ca = readFileSync(tsa.path('ca.pem'));
    // Made after the stamp: its time is then.
    const found = await checked(tsa.signAgain(inYear((year) => year + 4)), ca);
    assert.equal(found.checks.timestamp.answer, answer, `${subject}: ${extensions}: ${found.text}`);
    if (answer !== 'verified') assert.match(found.checks.timestamp.details.join(), words);
  }
});

// Writes another year into genTime, which is the only time in a TSTInfo.
const inYear = (year) => (info) => {
  const at = info.indexOf(Buffer.from([0x18, 15])) + 2;
  info.write(String(year(Number(info.toString('latin1', at, at + 4)))), at);
};

test('times outside the validity of a certificate', async () => {
  const tsa = authority('rsa');
  for (const years of [-4, 24]) {
    tsa.stamp(statement);
    const found = await checked(tsa.signAgain(inYear((year) => year + years)), tsa.ca);
    assert.equal(found.checks.timestamp.answer, 'failed');
    assert.match(found.checks.timestamp.details.join(), /was not valid at that time/);
  }
});

test('a CA is asked for, and there is no time stamp', async () => {
  const found = await give(page, zip(good), { key: key.pem, ring: keyring, ca: honest.rsa.ca });
  assert.equal(found.checks.timestamp.answer, 'unchecked');
  assert.match(found.checks.timestamp.details.join(), /nobody vouches for the time/);
});

test('what is no CA', async () => {
  for (const text of ['', 'hello', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', key.pem]) {
    const found = await checked(honest.rsa.stamp(statement), text || ' ');
    assert.equal(found.answer, 'unchecked');
    assert.match(found.text, /The CA that you supplied/);
  }
});

test('the page asked no network and complained of nothing', () => assert.deepEqual(trouble, []));
