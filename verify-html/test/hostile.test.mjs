// Input that is made to harm, or that is nothing at all.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { bundle, payload, signer } from './kit/bundle.mjs';
import { mirror, objectLines, vector } from './kit/mirror.mjs';
import { browser, give, open } from './kit/page.mjs';
import { zip } from './kit/zip.mjs';

const objects = mirror('cases/healthy/objects');
const keyring = vector('cases/healthy/keys.json');
const key = signer();
const trusted = { key: key.pem, ring: keyring };
const good = bundle(payload({ objects, lines: objectLines(objects), keyring }), key);
const { page, trouble } = await open();
after(() => browser.close());

const checked = (buffer, trust = trusted) => give(page, buffer, trust);
const changed = (name, change) => zip(good, (entry) => { if (entry.name === name) change(entry); });
const HTML = 'data/report.html';

async function refuses(buffer, answer, words) {
  const found = await checked(buffer);
  assert.equal(found.answer, answer, found.text);
  assert.match(found.text, words);
}

test('nothing, and things that are no evidence', async () => {
  await refuses(Buffer.alloc(0), 'unchecked', /neither a folder nor a ZIP/);
  await refuses(Buffer.from('hello'), 'unchecked', /neither a folder nor a ZIP/);
  await refuses(zip(new Map()), 'unchecked', /the folder is empty/);
  await refuses(zip(new Map([['holiday.jpg', Buffer.from('x')]])), 'unchecked', /neither a bundle .* nor a proof/);
  await refuses(zip(good).subarray(0, -30), 'unchecked', /neither a folder nor a ZIP/);
});

test('names that leave the folder', async () => {
  for (const name of ['../x', '/etc/passwd', 'data/../../x', 'a//b', './x', 'a\\b', 'C:/x', 'a\u0000b', 'a\nb', '..']) {
    await refuses(zip(new Map([...good, [name, Buffer.from('x')]])), 'failed', /name that leaves its folder/);
  }
});

test('two files of one name', async () => {
  await refuses(changed('VERIFY.md', (entry) => { entry.name = 'verify.sh'; entry.localName = 'verify.sh'; }), 'failed', /two files named verify\.sh/);
});

test('a directory that contradicts the files', async () => {
  await refuses(changed(HTML, (entry) => { entry.localName = 'data/report.htmL'; }), 'failed', /contradicts its directory/);
  await refuses(changed(HTML, (entry) => { entry.offset += 1; }), 'failed', /no file where/);
  await refuses(changed(HTML, (entry) => { entry.offset = 0; }), 'failed', /contradicts its directory/);
  await refuses(changed(HTML, (entry) => { entry.mode = 0o120777; }), 'failed', /a link or a device/);
  await refuses(changed(HTML, (entry) => { entry.method = 12; }), 'unchecked', /method 12/);
});

test('ZIP64, and what only says so', async () => {
  const wide = (change) => zip(good, change, true);
  assert.equal((await checked(wide())).answer, 'verified');
  await refuses(wide((entry) => { if (entry.name === HTML) entry.offset = 2 ** 40; }), 'failed', /no file where/);
  await refuses(wide((entry) => { if (entry.name === HTML) entry.size = 2 ** 52; }), 'unchecked', /inflates to more than/);
  const record = wide();
  const at = record.length - 98;
  for (const place of [at, at + 24, at + 32, at + 40, at + 48, at + 56, at + 64]) {
    const broken = Buffer.from(record);
    broken[place + 6] ^= 1;
    if (place === at || place === at + 56) broken[place] ^= 1;
    await refuses(broken, 'failed', /directory/);
  }
  const plain = zip(good);
  plain.writeUInt16LE(0xffff, plain.length - 12);
  await refuses(plain, 'failed', /says that it is ZIP64/);
  const missing = zip(good, (entry) => { if (entry.name === HTML) entry.size = 0xffffffff; });
  await refuses(missing, 'failed', /has no such field/);
});

test('overlapping files', async () => {
  const inner = zip(new Map([['b', Buffer.from('b')]])).subarray(0, 32);
  const files = new Map([['a', inner], ['b', Buffer.from('b')], ...good]);
  await refuses(zip(files, (entry) => {
    if (entry.name === 'a') Object.assign(entry, { method: 0, data: inner });
    if (entry.name === 'b') entry.offset = 31;
  }), 'failed', /overlap/);
});

test('bombs', async () => {
  const flat = deflateRawSync(Buffer.alloc(64 << 20));
  // It says little and inflates to much.
  const liar = await checked(changed(HTML, (entry) => { Object.assign(entry, { data: flat, method: 8, size: 1000 }); }));
  assert.equal(liar.answer, 'failed');
  assert.match(liar.checks.files.details.join(), /more than the 1000 bytes it states/);
  // It says much and holds little.
  const boast = await checked(changed(HTML, (entry) => { entry.size = 400 << 20; entry.method = 8; entry.data = deflateRawSync('x'); }));
  assert.match(boast.checks.files.details.join(), /cannot inflate to/);
  // More than is held in memory is not checked, and named.
  const giant = await checked(changed(HTML, (entry) => { Object.assign(entry, { data: flat, method: 8, size: (600 << 20) }); }));
  assert.equal(giant.checks.files.answer, 'unchecked');
  assert.match(giant.checks.files.details.join(), /data\/report\.html: 629145600 bytes are more than this page holds/);
  // Many of them.
  const many = new Map(Array.from({ length: 40 }, (_, i) => [`data/${i}`, flat]));
  await refuses(zip(new Map([...good, ...many]), (entry) => { if (many.has(entry.name)) entry.size = 200 << 20; if (many.has(entry.name)) Object.assign(entry, { data: flat, method: 8 }); }), 'unchecked', /inflates to more than 4294967296 bytes/);
});

test('a log that is a bomb', async () => {
  const [name] = [...good.keys()].filter((file) => /\/CloudTrail\//.test(file));
  const bomb = gzipSync(Buffer.alloc(300 << 20));
  const found = await checked(zip(new Map([...good, [name, bomb]])));
  assert.equal(found.answer, 'failed');
  assert.match(found.checks.logs.details.join(), /inflates to 314572800 bytes, more than this page holds/);
  // The length in its tail says nothing of the kind.
  bomb.writeUInt32LE(10, bomb.length - 4);
  const liar = await checked(zip(new Map([...good, [name, bomb]])));
  assert.match(liar.checks.logs.details.join(), /inflates to more than the 10 bytes it states/);
});

test('names and texts with markup are shown as text', async () => {
  const names = ['<img src=x onerror=alert(1)>', '<script>alert(1)<\u200b/script>', '\u202egnp.exe', '"><svg onload=alert(1)>'];
  const files = new Map([...good, ...names.map((name) => [`data/${name.replaceAll('/', '|')}`, Buffer.from('x')])]);
  const found = await checked(zip(files));
  assert.equal(found.answer, 'failed');
  assert.match(found.text, /<img src=x onerror=alert\(1\)>/);
  assert.match(found.text, /\\u\{202e\}gnp\.exe/);
  assert.equal(await page.locator('#result img, #result script, #result svg').count(), 0);
  const predicate = await checked(zip(bundle(payload({ objects, lines: objectLines(objects), keyring }), key, (statement) => { statement.predicate.tool.name = '<b onmouseover=alert(1)>tool</b>'; })));
  assert.match(predicate.text, /<b onmouseover/);
  assert.equal(await page.locator('#result b').count(), 0);
});

test('a name that every object has by birth', async () => {
  for (const name of ['__proto__', 'constructor', 'data/__proto__', 'data/toString']) {
    const found = await checked(zip(new Map([...good, [name, Buffer.from('x')]])));
    assert.ok(found.checks.files.details.join().includes(`additional: ${name}`), found.text);
  }
});

test('what is not UTF-8', async () => {
  const raw = (name) => Object.assign(Buffer.from(name), { toString: () => name });
  const bad = raw('data/x');
  bad[5] = 0xff;
  await refuses(zip(new Map([...good, ['data/x', Buffer.from('x')]]), (entry) => { if (entry.name === 'data/x') { entry.name = bad; entry.localName = bad; } }), 'failed', /not UTF-8/);
  for (const [name, check] of [['data/objects.jsonl', 'merkle'], ['data/report.json', 'counts'], ['manifest-sha256.txt', 'bag'], ['statement.dsse.json', 'signature'], ['data/evidence/manifest.jsonl', 'evidence-files']]) {
    const bytes = Buffer.from(good.get(name));
    bytes[bytes.indexOf('"') + 1 || 70] = 0xff;
    const found = await checked(zip(new Map([...good, [name, bytes]])));
    assert.equal(found.checks[check].answer, 'failed', `${name}: ${JSON.stringify(found.checks[check])}`);
  }
});

test('JSON of wrong shapes, and very deep', async () => {
  const deep = '['.repeat(1e6);
  for (const name of ['data/objects.jsonl', 'data/report.json', 'data/keys.json', 'statement.dsse.json', 'data/evidence/manifest.jsonl', 'public-key.pem']) {
    for (const text of ['null\n', '[]\n', '7\n', '"x"\n', '{}\n', '\n', '', `${deep}\n`, `{"payload":${deep}\n`, '{"kind":"log","bucket":7}\n', '{"signatures":{},"payload":"","payloadType":""}\n']) {
      const found = await checked(zip(new Map([...good, [name, Buffer.from(text)]])), { key: key.pem });
      assert.equal(found.answer, 'failed', `${name}: ${text.slice(0, 60)}: ${found.text.slice(0, 300)}`);
      assert.ok(Object.values(found.checks).some(({ details }) => details.join().includes(name)), `${name} is not named`);
    }
  }
});

test('values that cannot be made text', async () => {
  const odd = { toString: 1, valueOf: 1 };
  const data = payload({ objects, lines: objectLines(objects).map((line) => ({ ...line, window: { start: odd, end: odd } })), keyring });
  data.set('data/report.json', Buffer.from(JSON.stringify({ outcome: odd, state: odd, made: odd, findings: [odd, null, { code: odd }], tally: { digests: { verified: odd }, logs: odd } })));
  const files = bundle(data, key, ({ predicate }) => { Object.assign(predicate, { tool: { name: odd }, made: odd, objects: { ...predicate.objects, root: odd, leaves: odd } }); });
  const found = await checked(zip(files));
  assert.equal(found.answer, 'failed');
  assert.doesNotMatch(found.text, /could not go on/);
});

test('a digest of wrong shapes', async () => {
  const [name] = [...good.keys()].filter((file) => /CloudTrail-Digest/.test(file));
  for (const text of ['null', '{}', '{"logFiles":null}', '{"digestEndTime":7}', '[']) {
    const found = await checked(zip(new Map([...good, [name, gzipSync(text)]])));
    assert.equal(found.checks.digests.answer, 'failed', text);
  }
});

test('what the reader supplies wrongly says nothing about the evidence', async () => {
  const secret = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n';
  for (const [trust, words] of [
    [{ key: secret }, /this is a private key/],
    [{ key: 'abc' }, /no public key in PEM/],
    [{ key: key.pem.replace(/^[^-].{10}/m, 'AAAAAAAAAAA') }, /The key that you supplied/],
    [{ ring: '{}' }, /no list of CloudTrail’s public keys/],
    [{ ring: '{"PublicKeyList":[{"Value":"AAAA","Fingerprint":"x","ValidityStartTime":1,"ValidityEndTime":2}]}' }, /CloudTrail’s keys that you supplied/],
  ]) {
    const found = await checked(zip(good), trust);
    assert.equal(found.answer, 'unchecked', found.text);
    assert.match(found.text, words);
    assert.deepEqual(found.checks, {});
  }
});

test('the page asked no network, showed no dialog and complained of nothing', () => assert.deepEqual(trouble, []));
