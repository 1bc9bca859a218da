// Bundles and proofs as trailseal lays them out, made here by other means: node's crypto,
// and OpenSSL for the signature of the statement.
import { execFileSync } from 'node:child_process';
import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from './mirror.mjs';

const KINDS = {
  ed25519: ['ed25519', {}],
  p256: ['ec', { namedCurve: 'P-256' }],
  rsa: ['rsa', { modulusLength: 3072 }],
};

export function signer(kind = 'ed25519') {
  const { privateKey } = generateKeyPairSync(...KINDS[kind]);
  return {
    kind,
    pem: createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }),
    id: sha256(createPublicKey(privateKey).export({ type: 'spki', format: 'der' })),
    sign: (message) => opensslSign(kind, privateKey.export({ type: 'pkcs8', format: 'pem' }), message),
  };
}

function opensslSign(kind, pem, message) {
  const folder = mkdtempSync(join(tmpdir(), 'verify-html-'));
  const [key, input] = ['key.pem', 'message'].map((name) => join(folder, name));
  writeFileSync(key, pem);
  writeFileSync(input, message);
  const how = kind === 'ed25519' ? ['pkeyutl', '-sign', '-rawin', '-inkey', key, '-in', input] : ['dgst', '-sha256', '-sign', key, input];
  try {
    return execFileSync('openssl', how);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function merkle(leaves) {
  const hash = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
  if (leaves.length === 0) return hash();
  if (leaves.length === 1) return hash(Buffer.from([0]), leaves[0]);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return hash(Buffer.from([1]), merkle(leaves.slice(0, split)), merkle(leaves.slice(split)));
}

const MADE = '2026-03-12T09:00:00Z';

function tally(lines) {
  const count = (kind) => {
    const counts = { verified: 0, unchecked: 0, failed: 0 };
    for (const line of lines) {
      const counted = kind === 'digest' ? line.code !== 'digest-absent' : line.digest;
      if (line.kind === kind && counted) counts[line.answer] += 1;
    }
    return counts;
  };
  return { digests: count('digest'), logs: count('log') };
}

// The data/ of a bundle: `objects` of a mirror, the lines about them, the keyring.
export function payload({ objects, lines, keyring, extra = {} }) {
  const answers = lines.map((line) => line.answer);
  const outcome = ['failed', 'unchecked', 'verified'].find((answer) => answers.includes(answer)) ?? 'unchecked';
  const report = { schema: 'trailseal-evidence/1', made: MADE, outcome, state: 'complete', tally: tally(lines), findings: [] };
  const files = new Map([
    ['data/report.json', Buffer.from(JSON.stringify(report))],
    ['data/report.html', Buffer.from('<!doctype html><title>report</title>')],
    ['data/objects.jsonl', Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))],
    ['data/keys.json', Buffer.from(keyring)],
  ]);
  const paths = new Set(lines.map((line) => line.included));
  const kept = objects.filter(({ path }) => paths.has(`data/evidence/${path}`));
  if (kept.length > 0) files.set('data/evidence/manifest.jsonl', Buffer.from(kept.map(({ line }) => `${JSON.stringify(line)}\n`).join('')));
  for (const { path, bytes } of kept) files.set(`data/evidence/${path}`, bytes);
  for (const [name, bytes] of Object.entries(extra)) files.set(name, Buffer.from(bytes));
  return files;
}

// A bag around a payload, with a statement over it. `edit(statement)` changes it before it is
// signed; `tags` are files beside the payload that are otherwise than they should be.
export function bundle(data, key = signer(), edit = () => {}, tags = new Map()) {
  const files = new Map(data);
  const list = (names) => names.map((name) => `${sha256(files.get(name))}  ${name}\n`).join('');
  const octets = [...data.values()].reduce((sum, bytes) => sum + bytes.length, 0);
  files.set('bagit.txt', Buffer.from('BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n'));
  files.set('bag-info.txt', Buffer.from(`Bagging-Date: 2026-03-12\nPayload-Oxum: ${octets}.${data.size}\n`));
  files.set('manifest-sha256.txt', Buffer.from(list([...data.keys()].sort())));
  files.set('public-key.pem', Buffer.from(key.pem));
  files.set('VERIFY.md', Buffer.from('# How to check this by hand\n'));
  files.set('verify.sh', Buffer.from('#!/bin/sh\n'));

  for (const [name, bytes] of tags) files.set(name, Buffer.from(bytes));

  const leaves = files.get('data/objects.jsonl').toString().split('\n').slice(0, -1).map((line) => Buffer.from(line));
  const report = JSON.parse(files.get('data/report.json'));
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [...files.keys()].sort().map((name) => ({ name, digest: { sha256: sha256(files.get(name)) } })),
    predicateType: 'urn:trailseal:evidence:v1',
    predicate: {
      tool: { name: 'trailseal', version: '0.1.0' }, made: report.made, outcome: report.outcome, state: report.state, scope: {},
      objects: { file: 'data/objects.jsonl', leaves: leaves.length, root: merkle(leaves).toString('hex'), tree: 'RFC 6962, SHA-256' },
    },
  };
  edit(statement);
  files.set('statement.dsse.json', envelope(statement, [key]));
  files.set('tagmanifest-sha256.txt', Buffer.from(list([...files.keys()].filter((name) => !name.startsWith('data/')).sort())));
  return files;
}

export function envelope(statement, keys, payloadType = 'application/vnd.in-toto+json') {
  const body = Buffer.from(JSON.stringify(statement));
  const message = Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${body.length} `), body]);
  const signatures = keys.map((key) => ({ keyid: key.id, sig: key.sign(message).toString('base64') }));
  return Buffer.from(`${JSON.stringify({ payload: body.toString('base64'), payloadType, signatures })}\n`);
}
