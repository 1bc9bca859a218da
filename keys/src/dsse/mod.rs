//! Signed envelopes: [DSSE] version 1, the form that in-toto attestations come in.
//!
//! ```text
//! {"payload": base64, "payloadType": "application/vnd.in-toto+json",
//!  "signatures": [{"keyid": hex, "sig": base64}]}
//! ```
//!
//! What is signed is not this JSON but the type and the payload, each with its
//! length before it ([PAE]); so the JSON may be written anew without harm, and the
//! payload is never parsed before it is verified. The payload's bytes are verified
//! and handed on as they are.
//!
//! `keyid` is unsigned, a hint which key to try first; every key is tried. Base64
//! is written in the standard alphabet, and read in the URL's too, as DSSE demands.
//! Members that DSSE does not know are passed over: nothing vouches for them.
//!
//! securesystemslib checks what this module writes; `scripts/test` has it do so.
//!
//! Absent on purpose: what a payload means.
//!
//! [DSSE]: https://github.com/secure-systems-lab/dsse/blob/master/envelope.md
//! [PAE]: https://github.com/secure-systems-lab/dsse/blob/master/protocol.md#signature-definition

mod envelope;
mod verification;

pub use envelope::{Envelope, EnvelopeError, Limits, PAYLOAD_TYPE_IN_TOTO};
pub use verification::{SignatureCheck, Verification, VerifiedPayload};
