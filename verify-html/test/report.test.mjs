// The report that trailseal writes as a page, in Chromium: nothing from outside it, readable on
// a phone, in the dark, without colours and without eyes.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { poorContrast } from './kit/contrast.mjs';
import { browser } from './kit/page.mjs';
import { Desk } from './kit/trailseal.mjs';

const desk = new Desk();
const folder = desk.report('bundle', 'ed25519', '--controls', 'pci,nist', '--include-objects', 'failed', '--case-number', '<img src=x onerror=alert(1)>');
const url = pathToFileURL(`${folder}/data/report.html`).href;
after(async () => { await browser.close(); desk.clear(); });

async function open(options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const trouble = [];
  for (const event of ['console', 'pageerror', 'dialog']) page.on(event, (what) => trouble.push(`${event}: ${what.text?.() ?? what.message}`));
  page.on('request', (request) => { if (request.url() !== url) trouble.push(request.url()); });
  await page.goto(url);
  return { page, trouble };
}

for (const colorScheme of ['light', 'dark']) {
  test(`text and pictures stand out from their paper, ${colorScheme}`, async () => {
    const { page, trouble } = await open({ colorScheme });
    assert.deepEqual(await page.evaluate(poorContrast, 'h1, h2, h3, p, li, dt, dd, td, th, span, strong, figcaption'), []);
    assert.deepEqual(trouble, []);
    await page.context().close();
  });
}

test('no screen is left sideways, and nothing lies over something else', async () => {
  for (const width of [320, 390, 768, 1280]) {
    const { page } = await open({ viewport: { width, height: 800 } });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `${width}`);
    const over = await page.evaluate(() => {
      const boxes = [...document.querySelectorAll('h1, h2, h3, p, dt, dd, td, .chain, .share, .strips svg, .dates')]
        .map((element) => [element, element.getBoundingClientRect()])
        .filter(([element, box]) => box.width > 1 && box.height > 1 && element.textContent !== '' && !element.closest('[aria-hidden] span'));
      const overlap = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2;
      return boxes.flatMap(([one, a], i) => boxes.slice(i + 1).filter(([other, b]) => !one.contains(other) && overlap(a, b)).map(([other]) => `${one.textContent.slice(0, 30)} | ${other.textContent.slice(0, 30)}`));
    });
    assert.deepEqual(over, [], `${width}`);
    await page.context().close();
  }
});

test('the first screen answers', async () => {
  const { page } = await open({ viewport: { width: 1280, height: 800 } });
  const visible = await page.evaluate(() => [...document.querySelectorAll('.banner, .numbers, .strips')].map((element) => element.getBoundingClientRect().bottom));
  assert.ok(visible.length >= 3 && visible.every((bottom) => bottom <= 800), visible.join());
  await page.context().close();
});

test('a strip is told in words, and markup is text', async () => {
  const { page, trouble } = await open({});
  const strips = await page.locator('.strips svg').evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
  assert.ok(strips.length > 0 && strips.every((text) => /^Columns of 1 hour, in order: .*\d+ failed/.test(text)), strips.join());
  assert.equal(await page.locator('img, script, iframe').count(), 0);
  assert.match(await page.title(), /<img src=x onerror=alert\(1\)>/);
  assert.equal(await page.locator('h1').count(), 1);
  assert.deepEqual(trouble, []);
  await page.context().close();
});
