#!/usr/bin/env bash
# Checks an evidence bundle with openssl, sha256sum and the standard tools alone.
#
#   verify.sh [-k PUBLIC-KEY] [-c TSA-CA] [FOLDER]
#
# FOLDER is the one this script lies in, if not given. What the script shows: the
# holder of the key signed the statement, and the statement names every file here
# by its hash. What it cannot show: whose key public-key.pem is. Get the key, or its
# SHA-256, from the examiner over another channel and give it with -k.
#
# Exit codes: 0 verified with a key that was given; 1 something failed; 2 usage;
# 3 nothing failed, but nobody vouches for the key, or nobody signed.
#
# Who altered the bundle may have altered this script: run a copy of your own.
set -uo pipefail
export LC_ALL=C
key='' ca=''
while getopts k:c: option; do
    case $option in
        k) key=$(realpath -- "$OPTARG") ;;
        c) ca=$(realpath -- "$OPTARG") ;;
        *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
cd -- "${1:-$(dirname -- "$0")}" || exit 2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
failed=''
fail() { printf 'FAILED: %s\n' "$1"; failed=yes; }
signs() {
    if openssl pkey -pubin -in "$1" -noout -text 2> /dev/null | grep -qi '^ed25519'; then
        openssl pkeyutl -verify -pubin -inkey "$1" -rawin -in "$work/signed" -sigfile "$2"
    else
        openssl dgst -sha256 -verify "$1" -signature "$2" "$work/signed"
    fi > "$work/said" 2>&1
}

# 1. The signature is over the text "DSSEv1", type and statement, each with its length.
answer=verified
if [ -f statement.dsse.json ]; then
    statement=statement.dsse.json
    type='application/vnd.in-toto+json'
    sed -n 's/.*"payload":"\([^"]*\)".*/\1/p' "$statement" | base64 -d > "$work/statement" 2> /dev/null \
        || fail "$statement: its payload is not base64"
    { printf 'DSSEv1 %d %s %d ' ${#type} "$type" "$(wc -c < "$work/statement")"
      cat "$work/statement"; } > "$work/signed"
    signed=''
    for sig in $(grep -o '"sig":"[^"]*"' "$statement" | cut -d'"' -f4); do
        printf '%s' "$sig" | base64 -d > "$work/signature" 2> /dev/null || continue
        signs "${key:-public-key.pem}" "$work/signature" && signed=yes
    done
    if [ -z "$signed" ]; then
        fail "$statement: the signature is not that of ${key:-public-key.pem}"
    elif [ -z "$key" ]; then
        answer=unchecked
        id=$(openssl pkey -pubin -in public-key.pem -outform DER | sha256sum | cut -d' ' -f1)
        echo "1. the statement is signed by the key that came with it: compare its SHA-256,"
        echo "   $id, with the examiner's"
    else
        echo "1. the statement is signed by the key that was given"
    fi
elif [ -f statement.json ]; then
    statement=statement.json
    answer=unchecked
    cp "$statement" "$work/statement"
    echo "1. NOBODY SIGNED this bundle: whoever held it could have changed all of it"
else
    fail "statement.dsse.json: missing"
    exit 1
fi

# 2. The statement names every file and its SHA-256.
grep -o '{"name":"[^"\\]*","digest":{"sha256":"[0-9a-f]*"}}' "$work/statement" \
    | sed 's/{"name":"\([^"]*\)","digest":{"sha256":"\([0-9a-f]*\)"}}/\2  \1/' > "$work/files"
[ -s "$work/files" ] || fail "$statement: names no files"
# Objects that are too many for it are named by a file that it names.
if grep -q '"named_in":"manifest-sha256.txt"' "$work/statement"; then
    grep -E '^[0-9a-f]{64}  data/evidence/[^/]+/' manifest-sha256.txt >> "$work/files"
    sort -t ' ' -k 3 -o "$work/files" "$work/files"
fi
before=$failed
sha256sum --check --strict --quiet "$work/files" 2>&1 | grep -v '^sha256sum: WARNING' > "$work/said"
while read -r line; do fail "$line"; done < "$work/said"
find . ! -type d | sed 's|^\./||' | sort > "$work/found"
{ sed 's/^[0-9a-f]*  //' "$work/files"
  printf '%s\n' "$statement" statement.tsq statement.tsr tagmanifest-sha256.txt; } \
    | sort > "$work/known"
while read -r line; do fail "$line: additional"; done < <(comm -23 "$work/found" "$work/known")
while read -r line; do fail "$line: no regular file"; done < <(find . ! -type d ! -type f)
[ "$failed" != "$before" ] || echo "2. $(wc -l < "$work/files") files are as stated, and no others"

# 3. The bag's manifests follow from the files.
before=$failed
grep '  data/' "$work/files" | cmp -s - manifest-sha256.txt \
    || fail "manifest-sha256.txt: does not list the files below data/"
find . -maxdepth 1 -type f ! -name tagmanifest-sha256.txt | sed 's|^\./||' | sort \
    | tr '\n' '\0' | xargs -0 sha256sum > "$work/tags"
if ! cmp -s "$work/tags" tagmanifest-sha256.txt; then
    name=$(diff "$work/tags" tagmanifest-sha256.txt 2>&1 | sed -n 's/^< [0-9a-f]*  //p' | head -n 1)
    fail "tagmanifest-sha256.txt or ${name:-a file beside it}: one does not fit the other"
fi
[ "$failed" != "$before" ] || echo "3. the bag is whole"

# 4. The time stamp, if there is one, is over the signed statement.
if [ ! -f statement.tsr ]; then
    echo "4. no trusted time: the bundle has no time stamp"
elif [ -z "$ca" ]; then
    answer=unchecked
    echo "4. there is a time stamp, not checked: give the authority's certificate with -c"
elif openssl ts -verify -in statement.tsr -data "$statement" -CAfile "$ca" > "$work/said" 2>&1; then
    echo "4. stamped: $(openssl ts -reply -in statement.tsr -text 2> /dev/null | grep '^Time stamp:')"
else
    fail "statement.tsr: not a time stamp of this statement under $ca"
fi

if [ -n "$failed" ]; then
    exit 1
elif [ "$answer" = verified ]; then
    echo "VERIFIED: these are the files that the holder of the key signed"
else
    echo "UNCHECKED: nothing was altered since, and who signed is not shown"
    exit 3
fi
