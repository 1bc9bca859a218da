#!/usr/bin/env bash
# Checks the proof in this folder with openssl, gzip and the standard tools alone.
#
# What it shows: CloudTrail, by the key in public-key.pem, signed the digest;
# the digest names the log by the hash of its content; the event is in the log.
# What it cannot show: that public-key.pem is CloudTrail's. Compare it with what
#   aws cloudtrail list-public-keys --start-time … --end-time … --region …
# answers for the Region and the time that proof.json states.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "FAILED: $1"; exit 1; }
member() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$work/digest.json"; }
sha256() { openssl dgst -sha256 -r "$1" | cut -d' ' -f1; }

# 1. The signature. CloudTrail signs four lines: when the digest ends, where it
#    lies, the hash of its content, and the signature of the digest before it.
gzip -dc digest.json.gz > "$work/digest.json" || fail "digest.json.gz is not one whole gzip file"
previous=$(member previousDigestSignature)
printf '%s\n%s/%s\n%s\n%s' "$(member digestEndTime)" "$(member digestS3Bucket)" \
    "$(member digestS3Object)" "$(sha256 "$work/digest.json")" "${previous:-null}" > "$work/signed"
printf '%b' "$(sed 's/../\\x&/g' digest-signature.hex)" > "$work/signature"
openssl dgst -sha256 -verify public-key.pem -signature "$work/signature" "$work/signed" \
    > "$work/said" 2>&1 || fail "the signature is not that of public-key.pem over this digest"
echo "1. the digest is signed by the key in public-key.pem"

# 2. The log. The digest states the SHA-256 of its content.
gzip -dc log.json.gz > "$work/log.json" || fail "log.json.gz is not one whole gzip file"
grep -o '{[^{}]*"s3Object":"@LOG@"[^{}]*}' "$work/digest.json" > "$work/entry" \
    || fail "the digest does not name the log @LOG@"
grep -qF "\"$(sha256 "$work/log.json")\"" "$work/entry" \
    || fail "the log is not the one that the digest signed for"
echo "2. the log is the one that the digest signed for"

# 3. The event: @LENGTH@ bytes of the log, from byte @OFFSET@.
tail -c +"$((@OFFSET@ + 1))" "$work/log.json" > "$work/rest"
head -c @LENGTH@ "$work/rest" | cmp -s - event.json || fail "event.json is not in the log"
echo "3. the event is in the log, word for word"
echo "VERIFIED, if public-key.pem is CloudTrail's"
