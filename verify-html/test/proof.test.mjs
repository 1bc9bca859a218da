// Proofs of one event: good ones, and one thing wrong at a time.
import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { after, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { sha256, vector } from './kit/mirror.mjs';
import { browser, give, open } from './kit/page.mjs';
import { proof } from './kit/proof.mjs';
import { zip } from './kit/zip.mjs';

const ring = vector('sample-keys.json');
const { page, trouble } = await open();
after(() => browser.close());

const checked = (files, trusted = { ring }) => give(page, zip(files), trusted);

function changed(name, change) {
  const files = proof();
  files.set(name, change(files.get(name)));
  return files;
}

const said = (change) => changed('proof.json', (bytes) => {
  const document = JSON.parse(bytes);
  change(document);
  return Buffer.from(JSON.stringify(document));
});

function fails(found, check, words) {
  assert.equal(found.answer, 'failed', found.text);
  assert.equal(found.checks[check].answer, 'failed', JSON.stringify(found.checks));
  assert.match(found.checks[check].details.join('\n'), words);
}

test('verified with keys of one’s own', async () => {
  const found = await checked(proof());
  assert.equal(found.answer, 'verified', found.text);
  assert.match(found.text, /verify\.sh: no signature covers it/);
  assert.equal((await checked(proof(0))).answer, 'verified');
});

test('verified with the key itself, or its id', async () => {
  const pem = proof().get('public-key.pem').toString();
  const id = sha256(createPublicKey(pem).export({ type: 'spki', format: 'der' }));
  for (const key of [pem, id, id.toUpperCase()]) assert.equal((await checked(proof(), { key })).answer, 'verified');
});

test('with the key that came with it, everything but the key is verified', async () => {
  const found = await checked(proof(), {});
  assert.equal(found.answer, 'unchecked');
  const { 'cloudtrail-keys': key, ...others } = Object.fromEntries(Object.entries(found.checks).map(([name, { answer }]) => [name, answer]));
  assert.equal(key, 'unchecked');
  assert.deepEqual(new Set(Object.values(others)), new Set(['verified']));
});

test('a key in PKCS#1 is read, too', async () => {
  const files = changed('public-key.pem', (pem) => Buffer.from(createPublicKey(pem).export({ type: 'pkcs1', format: 'pem' })));
  const found = await checked(files, {});
  assert.equal(found.checks.digest.answer, 'verified');
});

test('a missing file is named', async () => {
  for (const name of ['event.json', 'log.json.gz', 'digest.json.gz', 'digest-signature.hex', 'public-key.pem']) {
    const files = proof();
    files.delete(name);
    const found = await checked(files);
    assert.equal(found.answer, 'failed', name);
    assert.match(found.checks.files.details.join('\n'), new RegExp(`missing: ${name}`));
  }
});

test('a file that does not belong is named and not vouched for', async () => {
  const files = proof();
  files.set('confession.txt', Buffer.from('it was me'));
  const found = await checked(files);
  assert.equal(found.answer, 'unchecked');
  assert.match(found.checks.files.details.join('\n'), /confession\.txt/);
});

test('one bit of any file that counts', async () => {
  for (const [name, check] of [['event.json', 'event'], ['log.json.gz', 'log'], ['digest.json.gz', 'digest'], ['digest-signature.hex', 'digest']]) {
    for (const at of [0.3, 0.6, 0.97]) {
      const found = await checked(changed(name, (bytes) => {
        const copy = Buffer.from(bytes);
        copy[Math.floor(copy.length * at)] ^= 1;
        return copy;
      }));
      assert.equal(found.answer, 'failed', `${name} at ${at}`);
      assert.equal(found.checks[check].answer, 'failed', `${name} at ${at}`);
    }
  }
});

test('a second gzip member, and bytes after the first', async () => {
  for (const name of ['log.json.gz', 'digest.json.gz']) {
    for (const more of [gzipSync(''), gzipSync('{}'), Buffer.from('x'), Buffer.alloc(8)]) {
      const found = await checked(changed(name, (bytes) => Buffer.concat([bytes, more])));
      assert.equal(found.answer, 'failed', `${name} and ${more.length} bytes`);
    }
  }
});

test('the same log compressed anew is the same log', async () => {
  assert.equal((await checked(changed('log.json.gz', (bytes) => gzipSync(gunzipSync(bytes), { level: 1 })))).answer, 'verified');
});

test('another record, another place', async () => {
  fails(await checked(said((document) => { document.record.index = 0; })), 'event', /record 0 is at/);
  fails(await checked(said((document) => { document.record.index = 99999; })), 'event', /the log has \d+ records/);
  fails(await checked(said((document) => { document.record.offset += 1; })), 'event', /proof\.json says/);
  fails(await checked(said((document) => { document.record.length = '7'; })), 'event', /no index, offset and length/);
  fails(await checked(said((document) => { document.event_id = 'other'; })), 'event', /eventID/);
  fails(await checked(changed('event.json', (bytes) => Buffer.concat([bytes, Buffer.from('\n')]))), 'event', /not record 1/);
});

test('an event id need not be said', async () => {
  assert.equal((await checked(said((document) => { delete document.event_id; }))).answer, 'verified');
});

test('another log or digest than is said', async () => {
  fails(await checked(said((document) => { document.log.key += 'x'; })), 'log', /names no log/);
  fails(await checked(said((document) => { document.digest.key += 'x'; })), 'digest', /proof\.json says that the digest is/);
  fails(await checked(said((document) => { document.region = 'mars-north-1'; })), 'files', /region is mars-north-1/);
  fails(await checked(said((document) => { document.log = null; })), 'files', /log is no object/);
});

// Somebody makes up a log, and a record that holds another one within itself.
function forged(records, event, place) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const files = proof();
  const log = Buffer.from(records);
  const digest = JSON.parse(gunzipSync(files.get('digest.json.gz')));
  const document = JSON.parse(files.get('proof.json'));
  digest.logFiles.find((one) => one.s3Object === document.log.key).hashValue = sha256(log);
  const content = Buffer.from(JSON.stringify(digest));
  const text = [digest.digestEndTime, `${digest.digestS3Bucket}/${digest.digestS3Object}`, sha256(content), digest.previousDigestSignature ?? 'null'].join('\n');
  files.set('digest.json.gz', gzipSync(content));
  files.set('log.json.gz', gzipSync(log));
  files.set('digest-signature.hex', Buffer.from(sign('sha256', Buffer.from(text), privateKey).toString('hex')));
  files.set('public-key.pem', Buffer.from(publicKey.export({ type: 'spki', format: 'pem' })));
  files.set('event.json', Buffer.from(event));
  Object.assign(document, { log_sha256: sha256(log), event_id: JSON.parse(event).eventID, record: place });
  files.set('proof.json', Buffer.from(JSON.stringify(document)));
  return files;
}

test('a forger’s own key is never verified', async () => {
  const event = '{"eventID":"made-up"}';
  const files = forged(`{"Records":[${event}]}`, event, { index: 0, offset: 12, length: event.length });
  const own = await checked(files, {});
  assert.equal(own.answer, 'unchecked');
  assert.equal(own.checks['cloudtrail-keys'].answer, 'unchecked');
  fails(await checked(files), 'digest', /not one of CloudTrail’s key/);
  const other = await checked(files, { ring: vector('cases/healthy/keys.json') });
  assert.equal(other.answer, 'unchecked');
  assert.match(other.checks['cloudtrail-keys'].details.join(), /not one that you supplied/);
});

test('an object inside a record is no record', async () => {
  const inner = '{"eventID":"inner"}';
  for (const log of [
    `{"Records":[{"eventID":"outer","requestParameters":${inner}}]}`,
    `{"Other":[${inner}],"Records":[{"eventID":"outer"}]}`,
    `{"Records":[{"eventID":"outer"}],"x":{"Records":[${inner}]}}`,
  ]) {
    const place = { index: 0, offset: log.indexOf(inner), length: inner.length };
    fails(await checked(forged(log, inner, place), {}), 'event', /record 0 is at/);
  }
  const twice = `{"Records":[${inner}],"Records":[${inner}]}`;
  fails(await checked(forged(twice, inner, { index: 0, offset: 12, length: inner.length }), {}), 'event', /2 lists of records/);
});

test('braces, quotes and backslashes in text do not confuse it', async () => {
  const event = '{"eventID":"e","userAgent":"a\\\\\\"]}{\\"Records\\":[{","x":[["}"]]}';
  const log = `{ "Records" : [ {"eventID":"first \\" ]"}, ${event} ] }`;
  const found = await checked(forged(log, event, { index: 1, offset: log.indexOf(event), length: event.length }), {});
  assert.equal(found.checks.event.answer, 'verified', found.text);
});

test('the page asked no network and complained of nothing', () => assert.deepEqual(trouble, []));
