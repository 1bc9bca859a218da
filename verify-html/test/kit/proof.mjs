// A proof of one event as `trailseal prove` lays it out, taken from the sample.
import { createPublicKey } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { isDigest, mirror, sha256, vector } from './mirror.mjs';

const sample = mirror('sample');

// Proves record `index` of a log with at least `atLeast` records.
export function proof(index = 1, atLeast = 3) {
  for (const { line, bytes } of sample.filter((one) => isDigest(one.line.key))) {
    const content = gunzipSync(bytes);
    const digest = JSON.parse(content);
    for (const named of digest.logFiles) {
      const log = sample.find((one) => one.line.key === named.s3Object);
      const inflated = log && gunzipSync(log.bytes);
      if (!log || sha256(inflated) !== named.hashValue) continue;
      const { Records } = JSON.parse(inflated);
      if (Records.length < atLeast) continue;
      const text = JSON.stringify(Records[index]);
      const offset = inflated.indexOf(text);
      if (offset < 0) continue;
      return made({ line, bytes, digest }, { log, named, inflated }, { index, offset, text, id: Records[index].eventID });
    }
  }
  throw new Error('the sample has no such record');
}

function made({ line, bytes, digest }, { log, named, inflated }, { index, offset, text, id }) {
  const [, region] = /CloudTrail-Digest\/([^/]+)\//.exec(line.key);
  const listed = JSON.parse(vector('sample-keys.json')).keys.find((key) => key.fingerprint === digest.digestPublicKeyFingerprint && key.region === region);
  const key = createPublicKey({ key: Buffer.from(listed.value, 'base64'), format: 'der', type: 'pkcs1' });
  const said = {
    schema: 'trailseal-proof/1', tool: 'trailseal 0.1.0', made: '2026-03-12T09:00:00Z', event_id: id,
    record: { index, offset, length: Buffer.byteLength(text) },
    log: { bucket: named.s3Bucket, key: named.s3Object }, log_sha256: sha256(inflated),
    digest: { bucket: digest.digestS3Bucket, key: digest.digestS3Object },
    region, key_fingerprint: digest.digestPublicKeyFingerprint, key_listed_in: 'sample-keys.json',
  };
  return new Map([
    ['event.json', Buffer.from(text)],
    ['log.json.gz', log.bytes],
    ['digest.json.gz', bytes],
    ['digest-signature.hex', Buffer.from(line.metadata.signature)],
    ['public-key.pem', Buffer.from(key.export({ type: 'spki', format: 'pem' }))],
    ['proof.json', Buffer.from(JSON.stringify(said))],
    ['verify.sh', Buffer.from('#!/bin/sh\n')],
  ]);
}
