// The page in Chromium, opened from the disk.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

// Where test/run installs it.
const { chromium } = createRequire(new URL('../../../target/verify-html/', import.meta.url))('playwright-core');
const PAGE = new URL('../../verify.html', import.meta.url).href;
const FLAGS = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  // As root there is no sandbox to be had.
  args: process.getuid() === 0 ? ['--no-sandbox', ...FLAGS] : FLAGS,
});

// A fresh page, and whatever it complained about or asked of a network.
export async function open(options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const trouble = [];
  page.on('console', (message) => trouble.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => trouble.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => { trouble.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('request', (request) => { if (request.url() !== PAGE) trouble.push(`request: ${request.url()}`); });
  await page.goto(PAGE);
  return { page, trouble };
}

// What the page concluded, read from what it shows.
export async function result(page) {
  await page.waitForSelector('#result[aria-busy=false] #verdict', { timeout: 120000 });
  return page.evaluate(() => ({
    answer: document.querySelector('#verdict').dataset.answer,
    says: document.querySelector('#says h3')?.textContent,
    text: document.querySelector('#result').textContent,
    checks: Object.fromEntries([...document.querySelectorAll('[data-check]')].map((row) => [row.dataset.check, {
      answer: row.dataset.answer,
      details: [...row.querySelectorAll('li')].map((item) => item.textContent),
    }])),
  }));
}

const NAME = 'keys.json';

// What is trusted: `key` (PEM or id), `ring`, a keyring or a Map of the names of its files,
// and `ca`, certificates of a time-stamp authority.
async function trust(page, { key = '', ring = null, ca = null }) {
  const rings = ring instanceof Map ? ring : new Map(ring ? [[NAME, ring]] : []);
  await page.evaluate(() => { document.querySelector('#result').replaceChildren(); });
  await page.fill('#key', key);
  const file = (name, bytes) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) });
  await page.setInputFiles('#ring-file', [...rings].map(([name, bytes]) => file(name, bytes)));
  await page.setInputFiles('#ca-file', ca ? [file('ca.pem', ca)] : []);
}

// Gives the page a ZIP.
export async function give(page, zip, trusted = {}) {
  await trust(page, trusted);
  await page.setInputFiles('#zip', { name: 'evidence.zip', mimeType: 'application/zip', buffer: zip });
  return result(page);
}

// Gives the page a folder of the disk.
export async function giveFolder(page, folder, trusted = {}) {
  await trust(page, trusted);
  await page.setInputFiles('#folder', folder);
  return result(page);
}

// Drops a folder or file of the disk onto the page, as a hand would.
export async function drop(page, url) {
  const session = await page.context().newCDPSession(page);
  const at = await page.locator('#drop').boundingBox();
  const event = { x: at.x + 20, y: at.y + 20, data: { items: [], files: [fileURLToPath(url)], dragOperationsMask: 1 } };
  for (const type of ['dragEnter', 'dragOver', 'drop']) await session.send('Input.dispatchDragEvent', { type, ...event });
  return result(page);
}
