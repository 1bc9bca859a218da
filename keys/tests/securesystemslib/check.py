"""Verifies a DSSE envelope with every one of the keys, and writes its payload.

    check.py ENVELOPE (KEYID SCHEME PUBLIC-PEM)...
"""

import json
import sys

from cryptography.hazmat.primitives.serialization import load_pem_public_key
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey

path, *rest = sys.argv[1:]
keys = []
for keyid, scheme, pem in zip(rest[::3], rest[1::3], rest[2::3]):
    with open(pem, "rb") as file:
        public = load_pem_public_key(file.read())
    keys.append(SSlibKey.from_crypto(public, keyid, scheme))
with open(path, "rb") as file:
    envelope = Envelope.from_dict(json.load(file))
envelope.verify(keys, len(keys))
sys.stdout.buffer.write(envelope.payload)
