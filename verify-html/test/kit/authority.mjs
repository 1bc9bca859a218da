// OpenSSL as an authority for time stamps (RFC 3161), in a folder that is gone afterwards.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { REPOSITORY } from './mirror.mjs';

const SCRIPT = fileURLToPath(new URL('keys/tests/timestamp/authority', REPOSITORY));

// An authority of a kind (`rsa`, `ecdsa`): its CA, and what it answers about bytes.
export function authority(kind) {
  const folder = mkdtempSync(join(tmpdir(), 'verify-html-tsa-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const path = (name) => join(folder, name);
  const openssl = (...words) => execFileSync('openssl', words, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  execFileSync(SCRIPT, [kind, folder], { stdio: ['ignore', 'ignore', 'pipe'] });
  return {
    ca: readFileSync(path('ca.pem')),
    path,
    // Answers a request that is there, or makes one; `more` are further words for OpenSSL.
    stamp(bytes, ...more) {
      writeFileSync(path('stamped'), bytes);
      openssl('ts', '-query', '-data', 'stamped', '-sha256', '-cert', '-out', 'request.tsq');
      return this.answer(path('request.tsq'), ...more);
    },
    answer(request, ...more) {
      openssl('ts', '-reply', '-queryfile', request, '-config', 'authority.conf', '-section', 'authority', '-signer', 'signer.pem', '-inkey', 'signer.key', '-chain', 'chain.pem', '-out', 'response.tsr', ...more);
      return readFileSync(path('response.tsr'));
    },
    // Changes how it answers, and what its statement says before it is signed again: as CMS,
    // because OpenSSL lets any certificate sign that.
    configure(from, to) {
      writeFileSync(path('authority.conf'), readFileSync(path('authority.conf'), 'utf8').replace(from, to));
    },
    signAgain(change = () => {}) {
      openssl('ts', '-reply', '-in', 'response.tsr', '-token_out', '-out', 'token.der');
      openssl('cms', '-verify', '-noverify', '-inform', 'DER', '-in', 'token.der', '-out', 'info.der');
      const info = readFileSync(path('info.der'));
      change(info);
      writeFileSync(path('info.der'), info);
      openssl('cms', '-sign', '-binary', '-nodetach', '-econtent_type', '1.2.840.113549.1.9.16.1.4', '-in', 'info.der', '-outform', 'DER', '-out', 'token.der',
        '-signer', 'signer.pem', '-inkey', 'signer.key', '-cades', '-md', 'sha256', ...(kind === 'ecdsa' ? ['-certfile', 'chain.pem'] : []));
      const token = Buffer.concat([Buffer.from('3003020100', 'hex'), readFileSync(path('token.der'))]);
      return Buffer.concat([Buffer.from([0x30, 0x82, token.length >> 8, token.length & 255]), token]);
    },
    // Another certificate for a key of it.
    certify(subject, issuer, extensions) {
      writeFileSync(path('extensions'), extensions);
      openssl('x509', '-req', '-in', `${subject}.csr`, '-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`, '-CAcreateserial', '-days', '7300', '-extfile', 'extensions', '-out', `${subject}.pem`);
    },
  };
}
