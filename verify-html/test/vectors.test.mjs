// The page over the repository's vectors: signed buckets, each broken in one way. A list of
// objects that tells the truth must agree with what the page finds; one that calls
// everything verified must not.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { after, test } from 'node:test';
import { bundle, payload, signer } from './kit/bundle.mjs';
import { REPOSITORY, mirror, objectLines, vector } from './kit/mirror.mjs';
import { browser, give, open } from './kit/page.mjs';
import { zip } from './kit/zip.mjs';

const CASES = new URL('test-vectors/cases/', REPOSITORY);
const LEFT_OUT = {
  'keyring-fingerprint-is-not-the-md5': 'WebCrypto has no MD5; a fingerprint only selects keys',
  'range-beside-a-failure': 'asks about a part of the copy; the page checks all that is included',
  'stray-keys': 'objects that no report lists',
};
// What the page cannot find out: it asks no bucket, reads no records, holds no giants.
const BEYOND = /^(digest|log)-(unread|too-large)$|^log-misplaced$/;
const UNCHECKED = /^digest-(signature-absent|key-unknown|key-out-of-window|algorithm-unsupported|unread)$|^log-(algorithm-unsupported|unread|unreferenced|unvouched)$/;

const cases = readdirSync(CASES).filter((name) => !LEFT_OUT[name] && /^source = "mirror"/m.test(toml(name)));
const key = signer();
const { page, trouble } = await open();
after(() => browser.close());

function toml(name) {
  return readFileSync(new URL(`${name}/case.toml`, CASES), 'utf8');
}

function expected(name) {
  return [...toml(name).matchAll(/\[\[expect\.finding\]\]\ncode = "(.*)"\nobject = (".*")/g)].map(([, code, object]) => ({ code, object: JSON.parse(object) }));
}

async function details(name, objects, lines) {
  const byRegion = existsSync(new URL(`${name}/keys`, CASES)) ? readdirSync(new URL(`${name}/keys`, CASES)) : [];
  const ring = new Map(byRegion.map((file) => [file, vector(`cases/${name}/keys/${file}`)]));
  const keyring = byRegion.length > 0 ? '{"schema":"trailseal-keyring/1","keys":[]}' : vector(`cases/${name}/keys.json`);
  const found = await give(page, zip(bundle(payload({ objects, lines, keyring }), key)), { key: key.pem, ring: byRegion.length > 0 ? ring : keyring });
  for (const own of ['signature', 'signer', 'files', 'bag', 'merkle', 'counts']) assert.equal(found.checks[own].answer, 'verified', own);
  return ['evidence-files', 'digests', 'links', 'logs', 'not-included'].flatMap((check) => found.checks[check]?.details ?? []);
}

test('there are vectors', () => assert.ok(cases.length > 120, `${cases.length}`));

for (const name of cases) {
  test(name, async () => {
    const objects = mirror(`cases/${name}/objects`);
    const findings = expected(name);
    const ofObjects = findings.filter(({ code }) => /^(digest|log)-/.test(code));
    const ofLinks = findings.filter(({ code }) => /^link-/.test(code));

    const truth = objectLines(objects, new Map(ofObjects.map(({ code, object }) => [object, { answer: UNCHECKED.test(code) ? 'unchecked' : 'failed', code }])));
    for (const { code, object } of ofLinks) {
      for (const line of truth) if (`s3://${line.bucket}/${line.key}` === object) line.code = code;
    }
    const told = await details(name, objects, truth);
    assert.deepEqual(told.filter((text) => text.startsWith('FAILED')), []);
    const open = told.filter((text) => text.startsWith('UNCHECKED') && !/No (digest|log) is included|None are included/.test(text));
    assert.ok(open.length === 0 || findings.some(({ code }) => BEYOND.test(code)), open.join('\n'));

    const lies = objectLines(objects);
    const listed = new Set(lines(lies));
    const denied = await details(name, objects, lies);
    for (const { code, object } of [...ofObjects, ...ofLinks]) {
      if (BEYOND.test(code) || !listed.has(object)) continue;
      const answer = UNCHECKED.test(code) ? 'UNCHECKED' : 'FAILED';
      assert.ok(denied.some((text) => text.startsWith(`${answer} ${object}`)), `${code} of ${object} is not noticed:\n${denied.join('\n')}`);
    }
    const accused = denied.filter((text) => text.startsWith('FAILED') && !findings.some(({ object }) => text.includes(object)));
    assert.deepEqual(accused, []);
  });
}

function lines(list) {
  return list.filter((line) => line.included).map((line) => `s3://${line.bucket}/${line.key}`);
}

test('the page asked no network and complained of nothing', () => assert.deepEqual(trouble, []));
