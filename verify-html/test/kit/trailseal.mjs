// trailseal itself, in a folder of its own: target/debug/trailseal, or what TRAILSEAL names.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { REPOSITORY } from './mirror.mjs';

const PROGRAM = fileURLToPath(new URL(process.env.TRAILSEAL ?? 'target/debug/trailseal', REPOSITORY));
export const SAMPLE = ['test-vectors/sample', '--keys', 'test-vectors/sample-keys.json'];

export class Desk {
  #folder = mkdtempSync(join(tmpdir(), 'verify-html-trailseal-'));
  #keys = new Set();

  path(name) { return join(this.#folder, name); }

  clear() { rmSync(this.#folder, { recursive: true }); }

  // Runs it in the repository. The sample has failures, so its reports end with 1.
  run(...words) {
    const { status, stderr, error } = spawnSync(PROGRAM, words, { cwd: fileURLToPath(REPOSITORY), encoding: 'utf8' });
    assert.ok(!error && status !== null && status < 2, `${words.join(' ')}: ${error ?? stderr}`);
  }

  // The file of a private key; its public half is beside it.
  key(algorithm) {
    const file = this.path(`${algorithm}.pem`);
    if (!this.#keys.has(algorithm)) this.run('keys', 'generate', '--no-passphrase', '--algorithm', algorithm, '-o', file);
    this.#keys.add(algorithm);
    return file;
  }

  publicKey(algorithm) { return readFileSync(`${this.key(algorithm)}.pub`, 'utf8'); }

  // A bundle of the sample, as a folder.
  report(name, algorithm, ...more) {
    this.run('report', ...SAMPLE, '--at', '2026-03-13T00:00:00Z', '--signing-key', this.key(algorithm), '--out', this.path(name), ...more);
    return this.path(name);
  }
}
