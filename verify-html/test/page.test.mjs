// The page itself: its policy, the ways in, and what a reader sees.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { sealed } from '../seal.mjs';
import { bundle, payload, signer } from './kit/bundle.mjs';
import { poorContrast } from './kit/contrast.mjs';
import { mirror, objectLines, vector } from './kit/mirror.mjs';
import { browser, drop, give, open, result } from './kit/page.mjs';
import { proof } from './kit/proof.mjs';
import { zip } from './kit/zip.mjs';

const html = readFileSync(new URL('../verify.html', import.meta.url), 'utf8');
const objects = mirror('cases/healthy/objects');
const keyring = vector('cases/healthy/keys.json');
const key = signer();
const good = bundle(payload({ objects, lines: objectLines(objects), keyring }), key);

const root = mkdtempSync(join(tmpdir(), 'verify-html-'));
after(() => {
  rmSync(root, { recursive: true });
  return browser.close();
});

function folder(name, files) {
  for (const [file, bytes] of files) {
    const path = join(root, name, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
  return join(root, name);
}

async function trusting(options) {
  const { page, trouble } = await open(options);
  await page.fill('#key', key.pem);
  await page.setInputFiles('#ring-file', { name: 'keys.json', mimeType: 'application/json', buffer: keyring });
  return { page, trouble };
}

test('the policy has the hashes of the script and the style', () => {
  assert.equal(html, sealed(html), 'run node verify-html/seal.mjs');
  assert.doesNotMatch(html, /unsafe-inline|unsafe-eval|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(/);
  assert.doesNotMatch(html, /https?:\/\/(?!in-toto\.io\/Statement\/v1)/, 'nothing is loaded');
});

test('the policy forbids what it says', async () => {
  const { page, trouble } = await open();
  const outcome = await page.evaluate(async () => {
    const tried = {};
    const attempt = async (name, work) => { tried[name] = await Promise.resolve().then(work).then(() => 'allowed', () => 'refused'); };
    await attempt('fetch', () => fetch('http://127.0.0.1:9/'));
    await attempt('html', () => { document.createElement('p').innerHTML = '<b>x</b>'; });
    // Later, because Chromium lets the code of a test itself evaluate.
    await attempt('eval', () => new Promise((done, fail) => { setTimeout(() => { try { done((0, eval)('1')); } catch (error) { fail(error); } }, 10); }));
    await attempt('policy', () => window.trustedTypes.createPolicy('mine', {}));
    const script = document.createElement('script');
    script.append('window.ran = true');
    try { document.body.append(script); } catch { /* refused at once */ }
    const image = new Image();
    const loaded = new Promise((done) => { image.onload = () => done('allowed'); image.onerror = () => done('refused'); });
    image.src = 'data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=';
    tried.image = await loaded;
    tried.script = window.ran ? 'allowed' : 'refused';
    return tried;
  });
  assert.deepEqual(new Set(Object.values(outcome)), new Set(['refused']), JSON.stringify(outcome));
  assert.ok(trouble.some((text) => /Content Security Policy/.test(text)));
  assert.ok(!trouble.some((text) => /^request: http/.test(text)), 'nothing went out');
  await page.context().close();
});

test('a folder that is chosen', async () => {
  const { page, trouble } = await trusting();
  await page.setInputFiles('#folder', folder('chosen', good));
  assert.equal((await result(page)).answer, 'verified');
  writeFileSync(join(root, 'chosen', 'data/report.html'), 'all is well');
  await page.setInputFiles('#folder', folder('chosen', new Map()));
  const found = await result(page);
  assert.match(found.checks.files.details.join(), /altered: data\/report\.html/);
  assert.deepEqual(trouble, []);
  await page.context().close();
});

test('a folder and a ZIP that are dropped', async () => {
  const { page, trouble } = await trusting();
  const path = folder('dropped', good);
  assert.equal((await drop(page, pathToFileURL(path))).answer, 'verified');
  execFileSync('python3', ['-m', 'zipfile', '-c', `${path}.zip`, `${path}/`]);
  assert.equal((await drop(page, pathToFileURL(`${path}.zip`))).answer, 'verified');
  // More than one listing returns.
  const many = folder('many', [...good, ...Array.from({ length: 250 }, (_, i) => [`data/evidence/more/${i}`, 'x'])]);
  const found = await drop(page, pathToFileURL(many));
  assert.match(found.text, /and \d+ more/);
  assert.match(found.checks.files.details.join(), /additional: data\/evidence\/more\/9/);
  mkdirSync(join(root, 'empty'));
  const empty = await drop(page, pathToFileURL(join(root, 'empty')));
  assert.equal(empty.answer, 'unchecked');
  assert.match(empty.text, /empty/);
  assert.deepEqual(trouble, []);
  await page.context().close();
});

test('a file that cannot be read is not checked, and named', { skip: process.getuid() === 0 && 'root reads everything' }, async () => {
  const { page } = await trusting();
  const path = folder('denied', good);
  execFileSync('chmod', ['000', join(path, 'data/report.html')]);
  await page.setInputFiles('#folder', path);
  const found = await result(page);
  assert.equal(found.checks.files.answer, 'unchecked');
  await page.context().close();
});

test('keys that are entered later are used at once', async () => {
  const { page } = await open();
  assert.equal((await give(page, zip(good))).answer, 'unchecked');
  await page.fill('#key', key.id);
  await page.locator('#key').blur();
  assert.equal((await result(page)).checks.signer.answer, 'verified');
  await page.setInputFiles('#ring-file', { name: 'keys.json', mimeType: 'application/json', buffer: keyring });
  assert.equal((await result(page)).answer, 'verified');
  await page.setInputFiles('#key-file', { name: 'key.pub', mimeType: 'text/plain', buffer: Buffer.from(signer().pem) });
  assert.equal((await result(page)).checks.signer.answer, 'unchecked');
  await page.context().close();
});

test('a reader without a mouse or without eyes', async () => {
  const { page } = await open();
  const order = [];
  for (let i = 0; i < 6; i += 1) {
    await page.keyboard.press('Tab');
    order.push(await page.evaluate(() => document.activeElement.id));
  }
  assert.deepEqual(order, ['key', 'key-file', 'ring-file', 'ca-file', 'folder', 'zip']);
  await give(page, zip(good));
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'UNCHECKED');
  const unlabelled = await page.evaluate(() => [...document.querySelectorAll('input, textarea')].filter((field) => field.labels.length === 0).length);
  assert.equal(unlabelled, 0);
  assert.equal(await page.evaluate(() => document.querySelectorAll('[aria-live]').length), 2);
  await page.context().close();
});

test('text stands out from its paper, in light and in dark', async () => {
  for (const colorScheme of ['light', 'dark']) {
    const { page } = await open({ colorScheme });
    const tampered = new Map([...good, ['data/report.html', Buffer.from('x')]]);
    await give(page, zip(tampered));
    const poor = await page.evaluate(poorContrast, 'h1, h2, h3, p, li, dt, dd, label, legend, span, button');
    assert.deepEqual(poor, [], colorScheme);
    await page.context().close();
  }
});

test('a small screen is not left sideways', async () => {
  const { page } = await open({ viewport: { width: 360, height: 640 } });
  await give(page, zip(good));
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
  await page.context().close();
});

test('on paper, what is folded is told', async () => {
  const { page } = await open();
  await give(page, zip(new Map([...good].filter(([name]) => !/evidence\/example/.test(name)))));
  assert.ok(await page.locator('details').count() > 0);
  assert.equal(await page.locator('details[open]').count(), 0);
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  assert.equal(await page.locator('details:not([open])').count(), 0);
  await page.emulateMedia({ media: 'print' });
  assert.ok(!(await page.locator('#key').isVisible()));
  await page.context().close();
});

// SCREENSHOTS names a folder to put pictures into, for people to look at.
test('pictures', { skip: !process.env.SCREENSHOTS && 'only where SCREENSHOTS names a folder' }, async () => {
  const tampered = new Map([...good, ['data/report.html', Buffer.from('x')], ['data/<img src=x onerror=alert(1)>', Buffer.from('x')]]);
  const ring = vector('sample-keys.json');
  for (const colorScheme of ['light', 'dark']) {
    for (const [name, files, trust] of [['verified', good, { key: key.pem, ring: keyring }], ['unchecked', good, {}], ['failed', tampered, { key: key.pem, ring: keyring }], ['proof', proof(), { ring }]]) {
      const { page } = await open({ colorScheme });
      await give(page, zip(files), trust);
      await page.screenshot({ path: join(process.env.SCREENSHOTS, `${name}-${colorScheme}.png`), fullPage: true });
      if (colorScheme === 'light' && name === 'failed') await page.pdf({ path: join(process.env.SCREENSHOTS, 'failed.pdf') });
      await page.context().close();
    }
  }
});
