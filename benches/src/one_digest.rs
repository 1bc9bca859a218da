//! One signed digest at a time, for the benchmarks of single checks.

use trailseal_keys::{FingerprintPolicy, Keyring, Region};
use trailseal_test_vectors::{
    ChainBuilder, Keyring as Published, LogFile, PublishedKey, SigningKey, Store, Stored, Trail,
    time,
};

/// The bucket everything lies in.
pub const BUCKET: &str = "example-logs";
/// The account.
pub const ACCOUNT: &str = "111122223333";
/// The Region.
pub const REGION: &str = "eu-west-1";

/// A digest as it is stored, with all that is needed to check it.
pub struct OneDigest {
    /// Its key.
    pub key: String,
    /// Its object.
    pub object: Stored,
    /// Its inflated bytes.
    pub content: Vec<u8>,
    /// The logs it lists: key and stored bytes.
    pub logs: Vec<(String, Vec<u8>)>,
    /// The public key that signed it.
    pub keyring: Keyring,
}

impl OneDigest {
    /// The second digest of a chain, so that it has a predecessor, over logs
    /// with these contents.
    ///
    /// # Panics
    /// If the kit makes something that the verifier's own types refuse.
    #[must_use]
    pub fn over(contents: Vec<Vec<u8>>) -> Self {
        let mut store = Store::new();
        let trail = Trail::new(BUCKET, ACCOUNT, REGION, "main");
        let mut chain = ChainBuilder::new(trail, SigningKey::trail_a());
        let stamp = time("2026-03-02T09:15:00Z");
        let logs = contents
            .into_iter()
            .map(|content| LogFile::raw(stamp, content));
        chain.hour(&mut store, time("2026-03-02T08:07:13Z"), Vec::new());
        let handle = chain.hour(&mut store, time("2026-03-02T09:07:13Z"), logs.collect());
        let object = store.get(BUCKET, &handle.key).expect("just put").clone();
        let logs = (0..handle.body.log_files.len()).map(|index| {
            let (bucket, key) = handle.log(index);
            let log = store.get(bucket, key).expect("just put");
            (key.to_owned(), log.bytes.clone())
        });
        Self {
            content: handle.body.to_json(),
            logs: logs.collect(),
            key: handle.key,
            object,
            keyring: keyring(),
        }
    }
}

fn keyring() -> Keyring {
    let (from, to) = (time("2026-02-20T00:00:00Z"), time("2026-03-22T00:00:00Z"));
    let published = PublishedKey::pkcs1(SigningKey::trail_a(), from, to);
    let json = Published::new(vec![published]).to_json();
    let region: Region = REGION.parse().expect("a Region");
    Keyring::parse(&json, "keys.json", Some(&region), FingerprintPolicy::Refuse)
        .expect("the kit's own keys")
}
