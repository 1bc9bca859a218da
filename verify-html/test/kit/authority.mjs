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
    // Another certificate for the signer's key.
    certify(extensions, ...more) {
      writeFileSync(path('extensions'), extensions);
      const issuer = kind === 'rsa' ? 'ca' : 'middle';
      openssl('x509', '-req', '-in', 'signer.csr', '-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`, '-CAcreateserial', '-days', '7300', '-extfile', 'extensions', '-out', 'signer.pem', ...more);
    },
  };
}
