//! Keys and signatures that AWS printed in the CloudTrail user guide
//! ("Custom implementations of CloudTrail log file integrity validation",
//! "CloudTrail digest file structure") and in the AWS CLI's examples of
//! `list-public-keys`. They are genuine: each signature opens with its key.
//!
//! AWS redacted the signed text, so only its hash is known. Key `31e8b5…` is
//! listed as valid until July 2015 and signed in August: a signature outside its
//! key's validity is not proof of a forgery.

#![allow(
    clippy::unwrap_used,
    dead_code,
    reason = "constants of tests, of which each uses a part"
)]

use data_encoding::{BASE64, HEXLOWER};

/// A key as `ListPublicKeys` returned it.
pub(crate) struct PublishedKey {
    pub(crate) fingerprint: &'static str,
    /// Seconds since 1970.
    pub(crate) valid_from: i64,
    pub(crate) valid_to: i64,
    /// PKCS#1, otherwise SubjectPublicKeyInfo.
    pub(crate) pkcs1: bool,
    pub(crate) value: &'static str,
}

impl PublishedKey {
    pub(crate) fn der(&self) -> Vec<u8> {
        BASE64.decode(self.value.as_bytes()).unwrap()
    }

    /// One entry of the output of `aws cloudtrail list-public-keys`.
    pub(crate) fn listed(&self) -> String {
        format!(
            r#"{{"Value":"{}","ValidityStartTime":{}.0,"ValidityEndTime":{}.0,"Fingerprint":"{}"}}"#,
            self.value, self.valid_from, self.valid_to, self.fingerprint
        )
    }
}

/// A signature of a digest file.
pub(crate) struct PublishedSignature {
    /// The fingerprint of the key that made it.
    pub(crate) key: &'static str,
    pub(crate) digest_end: &'static str,
    pub(crate) sha256: &'static str,
    pub(crate) hex: &'static str,
}

impl PublishedSignature {
    pub(crate) fn signature(&self) -> Vec<u8> {
        HEXLOWER.decode(self.hex.as_bytes()).unwrap()
    }

    pub(crate) fn sha256_of_signed_text(&self) -> Vec<u8> {
        HEXLOWER.decode(self.sha256.as_bytes()).unwrap()
    }
}

pub(crate) fn key_named(fingerprint: &str) -> &'static PublishedKey {
    KEYS.iter()
        .find(|key| key.fingerprint == fingerprint)
        .unwrap()
}

/// The output of `aws cloudtrail list-public-keys` for `keys`.
pub(crate) fn list_public_keys(keys: &[&PublishedKey]) -> String {
    let entries: Vec<String> = keys.iter().map(|key| key.listed()).collect();
    format!(r#"{{"PublicKeyList":[{}]}}"#, entries.join(","))
}

pub(crate) const KEYS: [PublishedKey; 4] = [
    PublishedKey {
        fingerprint: "8eba5db5bea9b640d1c96a77256fe7f2",
        valid_from: 1_436_317_441,
        valid_to: 1_438_909_441,
        pkcs1: true,
        value: "MIIBCgKCAQEAn11L2YZ9h7onug2ILi1MWyHiMRsTQjfWE+pHVRLk1QjfWhirG+lpOa8NrwQ/r7Ah5bNL6HepznOU9XTDSfmmnP97mqyc7z/upfZdS/AHhYcGaz7n6Wc/RRBU6VmiPCrAUojuSk6/GjvA8iOPFsYDuBtviXarvuLPlrT9kAd4Lb+rFfR5peEgBEkhlzc5HuWO7S0y+KunqxX6jQBnXGMtxmPBPP0FylgWGNdFtks/4YSKcgqwH0YDcawP9GGGDAeCIqPWIXDLG1jOjRRzWfCmD0iJUkz8vTsn4hq/5ZxRFE7UBAUiVcGbdnDdvVfhF9C3dQiDq3k7adQIziLT0cShgQIDAQAB",
    },
    PublishedKey {
        fingerprint: "8933b39ddc64d26d8e14ffbf6566fee4",
        valid_from: 1_434_589_460,
        valid_to: 1_437_181_460,
        pkcs1: true,
        value: "MIIBCgKCAQEApfYL2FiZhpN74LNWVUzhR+VheYhwhYm8w0n5Gf6i95ylW5kBAWKVEmnAQG7BvS5g9SMqFDQx52fW7NWV44IvfJ2xGXT+wT+DgR6ZQ+6yxskQNqV5YcXj4Aa5Zz4jJfsYjDuO2MDTZNIzNvBNzaBJ+r2WIWAJ/Xq54kyF63B6WE38vKuDE7nSd1FqQuEoNBFLPInvgggYe2Ym1Refe2z71wNcJ2kY+q0h1BSHrSM8RWuJIw7MXwF9iQncg9jYzUlNJomozQzAG5wSRfbplcCYNY40xvGd/aAmO0m+Y+XFMrKwtLCwseHPvj843qVno6x4BJN9bpWnoPo9sdsbGoiK3QIDAQAB",
    },
    PublishedKey {
        fingerprint: "31e8b5433410dfb61a9dc45cc65b22ff",
        valid_from: 1_434_589_370,
        valid_to: 1_437_181_370,
        pkcs1: false,
        value: "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqlzPJbvZJ42UdcmLfPUqXYNfOs6I8lCfao/tOs8CmzPOEdtLWugB9xoIUz78qVHdKIqxbaG4jWHfJBiOSSFBM0lt8cdVo4TnRa7oG9io5pysS6DJhBBAeXsicufsiFJR+wrUNh8RSLxL4k6G1+BhLX20tJkZ/erT97tDGBujAelqseGg3vPZbTx9SMfOLN65PdLFudLP7Gat0Z9p5jw/rjpclKfo9Bfc3heeBxWGKwBBOKnFAaN9V57pOaosCvPKmHd9bg7jsQkI9Xp22IzGLsTFJZYVA3KiTAElDMu80iFXPHEq9hKNbt9e4URFam+1utKVEiLkR2disdCmPTK0VQIDAQAB",
    },
    PublishedKey {
        fingerprint: "7f3f401420072e50a65a141430817ab3",
        valid_from: 1_453_076_702,
        valid_to: 1_455_668_702,
        pkcs1: true,
        value: "MIIBCgKCAQEAlSS3cl92HDycr/MTj0moOhas8habjrraXw+KzlWF0axSI2tcF+3iJ9BKQAVSKxGwxwu3m0wG3J+kUl1xboEcEPHYoIYMbgfSw7KGnuDKwkLzsQWhUJ0cIbOHASox1vv/5fNXkrHhGbDCHeVXm804c83nvHUEFYThr1PfyP/8HwrCtR3FX5OANtQCP61C1nJtSSkC8JSQUOrIP4CuwJjc+4WGDk+BGH5m9iuiAKkipEHWmUl8/P7XpfpWQuk4h8g3pXZOrNXr08lbh4d39svj7UqdhvOXoBISp9t/EXYuePGEtBdrKD9Dz+VHwyUPtBQvYr9BnkF88qBnaPNhS44rzwIDAQAB",
    },
];

pub(crate) const SIGNATURES: [PublishedSignature; 2] = [
    PublishedSignature {
        key: "31e8b5433410dfb61a9dc45cc65b22ff",
        digest_end: "2015-08-17T14:01:31Z",
        sha256: "4cdaa85fddf1a1a032e5fca5d16d104d1b03f2b31641eff267d877264a44c570",
        hex: "50887ccffad4c002b97caa37cc9dc626e3c680207d41d27fa5835458e066e0d3652fc4dfc30937e4d5f4cc7f796e7a258fb50a43ac427f2237f6e505d4efaf373d156e15e3b68dea9f58111d395b62628d6bd367a9024d2183b5c5f6e19466d3a996b92df705bc997b8a0e13430f241d733cf95df4e41bb6c304c3f58363043572ea57a27085639ce187e679c0d81c7519b1184fa77fb7ab0b0e40a32dace6e1eefc3995c5ae182da49b62b26398cebb52a2201a6387b75b89c83e5570bcb9bba6c34a80f2f00a1c6ebe07d1ff149eccd812dc805bb3eeff6657db32a6cb48d2d096404eb76181877bc6ebb8cd0b23f823200155b2fd8848d428e46e8456328a",
    },
    PublishedSignature {
        key: "31e8b5433410dfb61a9dc45cc65b22ff",
        digest_end: "2015-08-20T17:01:31Z",
        sha256: "eb6fb72c4f3302de4b4a4693658e3a7bf1d464330eb80399500fe11bf1b7ab00",
        hex: "82705525fb0fe7f919f9434e5b7138cb41793c776c7414f3520c0242902daa8cc8286b29263d2627f2f259471c745b1654af76e2073264b2510fd45236b3aea4d80c0e8e6455223d7bd54ff80af0edf22a5f14fa856626daec919f0591479aa4f213787ba1e1076328dcf8ff624e03a977fa5612dcf58594c590fd8c1c5b48bddf43fc84ecc00b41bedd0ff7f293c3e2de8dcdc78f98b03e17577f5822ba842399d69eb79921c0429773509520e08c8b518702d987dfbb3a4e5d8c5f17673ce1f989dfff82d4becf24e452f20d3bcac94ad50131f93e57f10155536acb54c60efbe9d57228c2b930bc6082b2318e3ccd36834a8e835b8d112dbf32145f445c11",
    },
];
