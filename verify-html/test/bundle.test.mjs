// Bundles: good ones, and every kind of file tampered with.
import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { bundle, envelope, payload, signer } from './kit/bundle.mjs';
import { isDigest, mirror, objectLines, sha256, vector } from './kit/mirror.mjs';
import { browser, give, open } from './kit/page.mjs';
import { zip } from './kit/zip.mjs';

const objects = mirror('cases/healthy/objects');
const keyring = vector('cases/healthy/keys.json');
const key = signer();
const trusted = { key: key.pem, ring: keyring };
const { page, trouble } = await open();
after(() => browser.close());

const data = (change = (lines) => lines, extra = {}) => payload({ objects, lines: change(objectLines(objects)), keyring, extra });
const good = bundle(data(), key);
const checked = (files, trust = trusted) => give(page, zip(files), trust);
const every = (found) => Object.values(found.checks).flatMap(({ details }) => details).join('\n');

// A fresh copy with one file replaced, removed (null) or added.
function altered(name, bytes, of = good) {
  const files = new Map(of);
  if (bytes === null) files.delete(name);
  else files.set(name, Buffer.from(bytes));
  return files;
}

function flipped(bytes, at, bit = 1) {
  const copy = Buffer.from(bytes);
  copy[at] ^= bit;
  return copy;
}

for (const kind of ['ed25519', 'p256', 'rsa']) {
  test(`signed with ${kind}`, async () => {
    const own = signer(kind);
    const files = bundle(data(), own);
    for (const text of [own.pem, own.id]) assert.equal((await checked(files, { key: text, ring: keyring })).answer, 'verified');
    // As `trailseal keys generate` writes it, with a line for people before it.
    assert.equal((await checked(files, { key: `${kind} key ${own.id}\n${own.pem}`, ring: keyring })).answer, 'verified');
    const twice = await checked(files, { key: own.pem + signer(kind).pem, ring: keyring });
    assert.match(twice.text, /no public key in PEM/);
    const alone = await checked(files, {});
    assert.equal(alone.answer, 'unchecked');
    assert.equal(alone.checks.signature.answer, 'verified');
    for (const check of ['signer', 'cloudtrail-keys']) assert.equal(alone.checks[check].answer, 'unchecked', check);
    assert.ok(alone.text.includes(own.id), 'the key id is shown for comparison');
  });
}

test('many objects are named by the list of the bag, which the statement names', async () => {
  const manifest = 'manifest-sha256.txt';
  const listed = (by, left = () => true) => (statement) => {
    statement.subject = statement.subject.filter(({ name }) => !/^data\/evidence\/.+\//.test(name) && left(name));
    statement.predicate.named_in = by;
  };
  const files = bundle(data(), key, listed(manifest));
  const found = await checked(files);
  assert.equal(found.answer, 'verified', every(found));

  const name = [...files.keys()].find((each) => each.includes('/AWSLogs/'));
  for (const bytes of [null, gzipSync('{}')]) {
    const bad = await checked(altered(name, bytes, files));
    assert.equal(bad.answer, 'failed');
    assert.ok(every(bad).includes(name), every(bad));
  }
  const added = await checked(altered('data/evidence/bucket/key', 'x', files));
  assert.match(every(added), /additional: data\/evidence\/bucket\/key/);
  // Who alters an object and the list does not alter what was signed of the list.
  const changed = altered(name, gzipSync('{}'), files);
  const text = files.get(manifest).toString().replace(sha256(files.get(name)), sha256(changed.get(name)));
  assert.match(every(await checked(changed.set(manifest, Buffer.from(text)))), /altered: manifest-sha256.txt/);

  const unlisted = listed(manifest, (each) => each !== manifest);
  for (const edit of [listed('data/keys.json'), listed(undefined), unlisted]) {
    const bad = await checked(bundle(data(), key, edit));
    assert.equal(bad.checks.files.answer, 'failed', every(bad));
  }
});

test('the sample: the bundle is verified, and its report says that logs were tampered with', async () => {
  const all = mirror('sample');
  const at = (part) => [part, all.find(({ line }) => line.key.includes(part))?.line];
  const address = (line) => `s3://${line.bucket}/${line.key}`;
  const root = 's3://example-org-cloudtrail-logs/AWSLogs/o-exampleorgid/444455556666/';
  const findings = new Map([
    [address(at('20260311T0219Z_DJ57N6j9xAlTr4nV')[1]), { answer: 'failed', code: 'log-hash-mismatch' }],
    [`${root}CloudTrail/eu-west-1/2026/03/11/444455556666_CloudTrail_eu-west-1_20260311T0326Z_8C4twSEdysgjZcnM.json.gz`, { answer: 'failed', code: 'log-absent' }],
    [`${root}CloudTrail-Digest/ap-southeast-2/2026/03/11/444455556666_CloudTrail-Digest_ap-southeast-2_org-trail_us-east-1_20260311T043106Z.json.gz`, { answer: 'failed', code: 'digest-absent' }],
    ...['aaiCY3JR9J9Cqpa8', 'sbGBmXc9DfGkRTTn', 'xuHU7hHPF6hTQrom'].map((name) => [address(at(name)[1]), { answer: 'unchecked', code: 'log-unvouched' }]),
    [address(at('O0T5epZtK0Mcs0Gu')[1]), { answer: 'unchecked', code: 'log-unreferenced' }],
  ]);
  const ring = vector('sample-keys.json');
  const files = bundle(payload({ objects: all, lines: objectLines(all, findings), keyring: ring }), key);
  const found = await checked(files, { key: key.pem, ring });
  assert.equal(found.answer, 'verified', every(found));
  assert.match(found.says, /concludes: FAILED/);
  assert.match(found.checks['not-included'].answer, /verified/);

  const hidden = bundle(payload({ objects: all, lines: objectLines(all), keyring: ring }), key);
  const lied = await checked(hidden, { key: key.pem, ring });
  assert.equal(lied.answer, 'failed');
  assert.equal(lied.says, undefined, 'nobody’s conclusion is shown');
  assert.match(lied.checks.logs.details.join(), /DJ57N6j9xAlTr4nV\.json\.gz: data\/objects\.jsonl says verified, found failed/);
});

test('every file, altered or removed, is named', async () => {
  for (const [name, bytes] of good) {
    for (const [what, replacement] of [['altered', flipped(bytes, bytes.length >> 1)], ['removed', null]]) {
      const found = await checked(altered(name, replacement));
      assert.equal(found.answer, 'failed', `${name} ${what}`);
      assert.ok(every(found).includes(name), `${name} ${what} is not named:\n${every(found)}`);
    }
  }
});

test('an additional file anywhere is named', async () => {
  for (const name of ['x', 'data/x', 'data/evidence/x', 'data/evidence/example-trail-logs/x', 'statement.tsr.exe', 'statement.json', 'fetch.txt']) {
    const found = await checked(altered(name, 'planted'));
    assert.equal(found.answer, 'failed', name);
    assert.ok(every(found).includes(`additional: ${name}`), every(found));
  }
});

test('fifty random bytes', async () => {
  // A fixed sequence: what fails once fails again.
  let state = 20260312;
  const random = (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const names = [...good.keys()];
  for (let round = 0; round < 50; round += 1) {
    const name = names[random(names.length)];
    const [at, bit] = [random(good.get(name).length), 1 << random(8)];
    const found = await checked(altered(name, flipped(good.get(name), at, bit)));
    assert.equal(found.answer, 'failed', `${name}, byte ${at}, bit ${bit}`);
    assert.ok(every(found).includes(name), `${name}, byte ${at}, bit ${bit} is not named`);
  }
});

test('two files exchanged are both named', async () => {
  const [a, b] = [...good.keys()].filter((name) => /\/CloudTrail\//.test(name));
  const files = new Map(good);
  files.set(a, good.get(b));
  files.set(b, good.get(a));
  const found = await checked(files);
  for (const name of [a, b]) assert.ok(every(found).includes(`altered: ${name}`));
});

test('lists made anew without the signing key do not help', async () => {
  const forged = bundle(data(undefined, { 'data/report.html': 'all is well' }), signer());
  for (const name of ['statement.dsse.json', 'public-key.pem']) forged.set(name, good.get(name));
  const found = await checked(forged);
  assert.equal(found.answer, 'failed');
  assert.match(found.checks.files.details.join('\n'), /altered: data\/report\.html/);
});

test('another signer than the one that is trusted is never verified', async () => {
  const found = await checked(bundle(data(), signer()));
  assert.equal(found.answer, 'unchecked');
  assert.match(found.checks.signer.details.join(), /No signature is of the key that you supplied/);
  const byId = await checked(bundle(data(), signer()), { key: key.id, ring: keyring });
  assert.equal(byId.checks.signer.answer, 'unchecked');
});

test('the key id in an envelope is a hint, and decides nothing', async () => {
  const files = bundle(data(), signer());
  const parsed = JSON.parse(files.get('statement.dsse.json'));
  parsed.signatures[0].keyid = key.id;
  const found = await checked(altered('statement.dsse.json', JSON.stringify(parsed), files), { key: key.id, ring: keyring });
  assert.notEqual(found.checks.signer.answer, 'verified');
});

test('signatures in other forms', async () => {
  const remade = (statement, keys, type) => altered('statement.dsse.json', envelope(statement, keys, type));
  const statement = JSON.parse(Buffer.from(JSON.parse(good.get('statement.dsse.json')).payload, 'base64'));
  assert.equal((await checked(remade(statement, [key], 'text/plain'))).checks.signature.answer, 'failed');
  assert.equal((await checked(remade(statement, []))).checks.signature.answer, 'unchecked');
  assert.equal((await checked(remade({ ...statement, predicateType: 'urn:other' }, [key]))).checks.signature.answer, 'failed');
  assert.equal((await checked(remade({ ...statement, subject: [...statement.subject, statement.subject[0]] }, [key]))).checks.signature.answer, 'failed');

  // A second signer whose key is not here leaves something open.
  assert.equal((await checked(remade(statement, [key, signer()]))).checks.signature.answer, 'unchecked');

  // Both alphabets of base64, not their mixture.
  const parsed = JSON.parse(good.get('statement.dsse.json'));
  const url = { ...parsed, signatures: [{ ...parsed.signatures[0], sig: parsed.signatures[0].sig.replaceAll('+', '-').replaceAll('/', '_') }] };
  assert.equal((await checked(altered('statement.dsse.json', JSON.stringify(url)))).checks.signature.answer, 'verified');
  for (const payload of [`${parsed.payload}=`, ` ${parsed.payload}`, '-+', 7]) {
    assert.equal((await checked(altered('statement.dsse.json', JSON.stringify({ ...parsed, payload })))).checks.signature.answer, 'failed');
  }
});

test('ECDSA in DER only', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const raw = { id: '', pem: publicKey.export({ type: 'spki', format: 'pem' }), sign: (message) => sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' }) };
  const found = await checked(bundle(data(), raw), {});
  assert.equal(found.checks.signature.answer, 'failed');
  const trailing = { ...raw, sign: (message) => Buffer.concat([sign('sha256', message, privateKey), Buffer.from([0])]) };
  assert.equal((await checked(bundle(data(), trailing), {})).checks.signature.answer, 'failed');
  // Numbers of fewer than 32 bytes come about once in 128 signatures; of 33 in DER, three times in four.
  for (const isWanted of [(length) => length < 70, (length) => length === 72]) {
    const chosen = { ...raw, sign: (message) => {
      for (;;) {
        const signature = sign('sha256', message, privateKey);
        if (isWanted(signature.length)) return signature;
      }
    } };
    assert.equal((await checked(bundle(data(), chosen), {})).checks.signature.answer, 'verified');
  }
});

test('short RSA keys are not accepted', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const pem = publicKey.export({ type: 'spki', format: 'pem' });
  const weak = { id: '', pem, sign: (message) => sign('sha256', message, privateKey) };
  const found = await checked(bundle(data(), weak), {});
  assert.notEqual(found.checks.signature.answer, 'verified');
  assert.match(every(found), /an RSA key of 1024 bits is not accepted/);
  assert.match((await checked(good, { key: pem })).text, /an RSA key of 1024 bits is not accepted/);
});

test('what the signer signed must agree with itself', async () => {
  const cases = [
    ['merkle', (statement) => { statement.predicate.objects.root = '0'.repeat(64); }],
    ['merkle', (statement) => { statement.predicate.objects.leaves += 1; }],
    ['counts', (statement) => { statement.predicate.outcome = 'failed'; }],
    ['counts', (statement) => { statement.predicate.made = '2020-01-01T00:00:00Z'; }],
    ['files', (statement) => { statement.subject.pop(); }],
    ['files', (statement) => { statement.subject.push({ name: 'data/gone.csv', digest: { sha256: '0'.repeat(64) } }); }],
  ];
  for (const [check, edit] of cases) {
    const found = await checked(bundle(data(), key, edit));
    assert.equal(found.answer, 'failed', `${edit}`);
    assert.equal(found.checks[check].answer, 'failed', `${edit}`);
    assert.equal(found.checks.signature.answer, 'verified');
  }
});

test('a bag that counts otherwise, and a mirror without its list', async () => {
  const oxum = await checked(bundle(data(), key, undefined, new Map([['bag-info.txt', 'Payload-Oxum: 1.1\n']])));
  assert.match(oxum.checks.bag.details.join(), /bag-info\.txt states 1 bytes in 1 files/);
  const bare = data();
  bare.delete('data/evidence/manifest.jsonl');
  const found = await checked(bundle(bare, key));
  assert.equal(found.checks.files.answer, 'verified');
  assert.match(found.checks['evidence-files'].details.join(), /data\/evidence\/manifest\.jsonl: it is missing/);
});

test('more signatures than anyone needs', async () => {
  const parsed = JSON.parse(good.get('statement.dsse.json'));
  const many = { ...parsed, signatures: Array(33).fill(parsed.signatures[0]) };
  assert.match((await checked(altered('statement.dsse.json', JSON.stringify(many)))).checks.signature.details.join(), /more than 32 signatures/);
});

test('a report that counts otherwise than its list', async () => {
  const report = JSON.parse(good.get('data/report.json'));
  const with_ = async (change) => {
    const copy = structuredClone(report);
    change(copy);
    return (await checked(bundle(altered('data/report.json', JSON.stringify(copy), data()), key))).checks.counts;
  };
  assert.equal((await with_((copy) => { copy.tally.logs.verified += 1; })).answer, 'failed');
  assert.equal((await with_((copy) => { copy.tally.digests.failed = 1; })).answer, 'failed');
  assert.equal((await with_((copy) => { delete copy.tally; })).answer, 'unchecked');
  assert.equal((await with_((copy) => { copy.tally.logs = null; })).answer, 'unchecked');
  const lines = (all) => all.map((line, i) => (i === 1 ? { ...line, answer: 'failed', code: 'log-misplaced' } : line));
  const lied = altered('data/report.json', JSON.stringify({ ...report, outcome: 'verified' }), data(lines));
  assert.match((await checked(bundle(lied, key))).checks.counts.details.join(), /says verified, and data\/objects\.jsonl holds what is failed/);
});

test('a list of objects that lies about an included file', async () => {
  const log = (line) => line.kind === 'log';
  const cases = [
    ['logs', log, { sha256: '0'.repeat(64) }],
    ['logs', log, { signed: '0'.repeat(64) }],
    ['logs', log, { answer: 'failed', code: 'log-hash-mismatch' }],
    ['digests', (line) => !log(line), { sha256: '0'.repeat(64) }],
    ['digests', (line) => !log(line), { signature: 'ab'.repeat(256) }],
    ['digests', (line) => !log(line), { window: { start: '2020-01-01T00:00:00Z', end: '2020-01-01T01:00:00Z' } }],
    ['digests', (line) => !log(line), { answer: 'failed', code: 'digest-signature-invalid' }],
    ['evidence-files', log, { key: 'other' }],
    ['evidence-files', log, { included: 'data/evidence/elsewhere' }],
    ['evidence-files', log, { included: undefined }],
  ];
  for (const [check, which, lie] of cases) {
    const lines = objectLines(objects);
    Object.assign(lines.find(which), lie);
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    const found = await checked(bundle(altered('data/objects.jsonl', text, data()), key));
    assert.equal(found.checks[check].answer, 'failed', `${JSON.stringify(lie)}\n${every(found)}`);
  }
});

test('a log that a digest names and the list leaves out', async () => {
  const some = objectLines(objects).find((line) => line.kind === 'log');
  const left = objects.filter(({ line }) => line.key !== some.key);
  const found = await checked(bundle(payload({ objects: left, lines: objectLines(left), keyring }), key));
  assert.equal(found.checks.logs.answer, 'unchecked');
  assert.ok(every(found).includes(some.key));
});

test('an absence is confirmed by the digest that names the object, or refuted', async () => {
  const some = objectLines(objects).find((line) => line.kind === 'log');
  const without = objects.filter(({ line }) => line.key !== some.key);
  const said = (digest) => objectLines(without, new Map([[`s3://${some.bucket}/${some.key}`, { answer: 'failed', code: 'log-absent', ...digest }]]));
  const found = await checked(bundle(payload({ objects: without, lines: said(), keyring }), key));
  assert.equal(found.answer, 'verified', every(found));
  const lines = said().map((line) => (line.code === 'log-absent' ? { ...line, key: `${line.key}x` } : line));
  assert.equal((await checked(bundle(payload({ objects: without, lines, keyring }), key))).checks['not-included'].answer, 'failed');
});

test('without CloudTrail’s files, or with some, the rest is unchecked', async () => {
  const none = await checked(bundle(data((lines) => lines.map(({ included, ...line }) => line)), key));
  assert.equal(none.answer, 'unchecked');
  assert.equal(none.checks.files.answer, 'verified');
  const some = await checked(bundle(data((lines) => lines.map(({ included, ...line }) => (line.kind === 'digest' ? { ...line, included } : line))), key));
  assert.equal(some.answer, 'unchecked');
  assert.equal(some.checks.digests.answer, 'verified');
  assert.match(some.checks['not-included'].details.join(), /7 of 7/);
});

test('CloudTrail’s keys: from the bundle, of somebody else, none', async () => {
  assert.equal((await checked(good, { key: key.pem })).checks['cloudtrail-keys'].answer, 'unchecked');
  const other = await checked(good, { key: key.pem, ring: vector('sample-keys.json') });
  assert.equal(other.answer, 'unchecked');
  assert.match(other.checks.digests.details.join(), /there is no key/);
  const none = data();
  none.delete('data/keys.json');
  assert.equal((await checked(bundle(none, key), { key: key.pem })).answer, 'unchecked');
  assert.equal((await checked(bundle(none, key))).answer, 'verified');
});

test('a bundle that nobody signed', async () => {
  const files = new Map(good);
  files.set('statement.json', Buffer.from(JSON.parse(good.get('statement.dsse.json')).payload, 'base64'));
  for (const name of ['statement.dsse.json', 'tagmanifest-sha256.txt']) files.delete(name);
  const found = await checked(files);
  assert.equal(found.checks.signature.answer, 'unchecked');
  assert.notEqual(found.checks.files.answer, 'verified');
  assert.notEqual(found.answer, 'verified');
});

test('a bundle in a folder in a ZIP', async () => {
  const inside = new Map([...good].map(([name, bytes]) => [`bundle-7/${name}`, bytes]));
  assert.equal((await checked(inside)).answer, 'verified');
});

test('two thousand objects', async () => {
  // One digest of CloudTrail’s names two thousand logs; its key is made here.
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const bucket = 'example-trail-logs';
  const folder = 'AWSLogs/111122223333';
  const logs = Array.from({ length: 2000 }, (_, i) => {
    const content = `{"Records":[{"eventID":"${i}"}]}`;
    const name = `${folder}/CloudTrail/eu-west-1/2026/03/02/111122223333_CloudTrail_eu-west-1_20260302T0815Z_${String(i).padStart(16, '0')}.json.gz`;
    return { content, key: name, bytes: gzipSync(content) };
  });
  const digestKey = `${folder}/CloudTrail-Digest/eu-west-1/2026/03/02/111122223333_CloudTrail-Digest_eu-west-1_main_eu-west-1_20260302T090000Z.json.gz`;
  const digest = JSON.stringify({
    awsAccountId: '111122223333', digestStartTime: '2026-03-02T08:00:00Z', digestEndTime: '2026-03-02T09:00:00Z', digestS3Bucket: bucket, digestS3Object: digestKey,
    digestPublicKeyFingerprint: 'f'.repeat(32), digestSignatureAlgorithm: 'SHA256withRSA', previousDigestSignature: null,
    logFiles: logs.map((log) => ({ s3Bucket: bucket, s3Object: log.key, hashValue: sha256(log.content), hashAlgorithm: 'SHA-256' })),
  });
  const signature = sign('sha256', Buffer.from(`2026-03-02T09:00:00Z\n${bucket}/${digestKey}\n${sha256(digest)}\nnull`), privateKey).toString('hex');
  const many = [
    { line: { bucket, key: digestKey, metadata: { signature } }, bytes: gzipSync(digest) },
    ...logs.map((log) => ({ line: { bucket, key: log.key }, bytes: log.bytes })),
  ].map((one) => ({ line: { ...one.line, sha256: sha256(one.bytes) }, path: `${bucket}/${one.line.key}`, bytes: one.bytes }));
  assert.ok(isDigest(digestKey));
  const ring = JSON.stringify({ PublicKeyList: [{ Value: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'), Fingerprint: 'f'.repeat(32), ValidityStartTime: 1772000000, ValidityEndTime: '2026-04-01T00:00:00Z' }] });
  const files = bundle(payload({ objects: many, lines: objectLines(many), keyring: ring }), key);
  const found = await checked(files, { key: key.pem, ring });
  assert.equal(found.answer, 'verified', every(found));
  const log = many[1000].path;
  const tampered = await checked(altered(`data/evidence/${log}`, gzipSync('{}'), files), { key: key.pem, ring });
  assert.ok(every(tampered).includes(`altered: data/evidence/${log}`));
});

test('the page asked no network and complained of nothing', () => assert.deepEqual(trouble, []));
