// Mirrors of test-vectors/, and what a truthful list of their objects says.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

export const REPOSITORY = new URL('../../../', import.meta.url);
const VECTORS = new URL('test-vectors/', REPOSITORY);

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

// The objects of a mirror below test-vectors/: each a line of the manifest and its bytes.
export function mirror(folder) {
  const root = new URL(`${folder}/`, VECTORS);
  return readFileSync(new URL('manifest.jsonl', root), 'utf8').trim().split('\n').filter(Boolean).map((text) => {
    const line = JSON.parse(text);
    const path = line.path ?? `${line.bucket}/${line.key}`;
    return { line, path, bytes: line.unread ? null : readFileSync(new URL(path.split('/').map(encodeURIComponent).join('/'), root)) };
  });
}

export const vector = (path) => readFileSync(new URL(path, VECTORS));

export const isDigest = (key) => key.includes('/CloudTrail-Digest/');

function inflated(bytes) {
  try {
    return gunzipSync(bytes, { maxOutputLength: 2 ** 26 });
  } catch {
    return null;
  }
}

// Lines of objects.jsonl. `findings`: Map of s3 address to { answer, code }; whatever is not
// among them is called verified.
export function objectLines(objects, findings = new Map()) {
  const vouching = new Map();
  const lines = [];
  const here = new Set();
  const said = (at) => findings.get(at) ?? { answer: 'verified' };
  for (const { line, path, bytes } of objects) {
    const { bucket, key } = line;
    const at = `s3://${bucket}/${key}`;
    here.add(at);
    const content = bytes && inflated(bytes);
    const common = { bucket, key, ...said(at), sha256: content ? sha256(content) : null };
    const included = bytes ? { included: `data/evidence/${path}` } : {};
    if (!isDigest(key)) {
      lines.push({ kind: 'log', ...common, ...included });
      continue;
    }
    let digest = null;
    try {
      digest = JSON.parse(content);
      for (const log of digest.logFiles) vouching.set(`s3://${log.s3Bucket}/${log.s3Object}`, { digest: { bucket, key }, signed: log.hashValue });
    } catch {
      digest = null;
    }
    lines.push({
      kind: 'digest', ...common,
      ...(digest?.digestStartTime ? { window: { start: digest.digestStartTime, end: digest.digestEndTime } } : {}),
      ...(line.metadata?.signature ? { signature: line.metadata.signature } : {}),
      ...included,
    });
  }
  const told = lines.filter((line) => {
    const at = `s3://${line.bucket}/${line.key}`;
    if (line.kind === 'log' && line.answer !== 'unchecked') Object.assign(line, vouching.get(at));
    // A report has nothing to say of a log that no digest names, in time that none covers.
    return line.kind === 'digest' || vouching.has(at) || findings.has(at);
  });
  for (const [at, finding] of findings) {
    if (here.has(at) || !/-absent$/.test(finding.code)) continue;
    const [, bucket, key] = /^s3:\/\/([^/]+)\/(.*)$/s.exec(at);
    told.push({ kind: isDigest(key) ? 'digest' : 'log', bucket, key, ...finding, sha256: null, ...vouching.get(at) });
  }
  return told;
}
