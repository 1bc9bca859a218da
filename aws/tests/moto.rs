//! The same against [moto], a model of AWS that others wrote. It knows no
//! `ListPublicKeys`.
//!
//! `servers=$(scripts/servers start) && eval "$servers"`, then
//! `cargo test -p trailseal-aws --test moto -- --ignored`
//!
//! [moto]: https://docs.getmoto.org/en/latest/docs/server_mode.html

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "test code, told by its environment where the server is"
)]

mod common;

use aws_sdk_cloudtrail::Client;
use aws_sdk_kms::types::{KeySpec, KeyUsageType};
use aws_sdk_organizations::Client as Organizations;
use common::{connect, region};
use trailseal_aws::kms::{KmsError, KmsSigner};
use trailseal_aws::organizations::{Account, Standing, accounts};
use trailseal_aws::trails::{describe, find, status_in};
use trailseal_aws::{CallErrorKind, Connection, caller};
use trailseal_keys::dsse::{Envelope, PAYLOAD_TYPE_IN_TOTO};
use trailseal_keys::signing::{SignatureAlgorithm, Signer as _};

const NAME: &str = "trailseal-moto";
const BUCKET: &str = "trailseal-moto-logs";

#[test]
#[ignore = "needs scripts/servers start"]
fn trails_of_moto_are_described() {
    let connection = moto();
    make_trail(&connection);

    let caller = caller::identify(&connection, &region("eu-west-1")).unwrap();
    assert_eq!(caller.account.len(), 12);
    assert!(caller.arn.starts_with("arn:aws:sts:"), "{}", caller.arn);

    let described = describe(&connection, &[region("us-east-1"), region("eu-west-1")]);
    assert_eq!(described.unanswered, []);
    let ours: Vec<_> = described
        .trails
        .iter()
        .filter(|state| state.trail.name.as_str() == NAME)
        .collect();
    let [state] = ours.as_slice() else {
        panic!("{described:?}");
    };
    let trail = &state.trail;
    assert_eq!(trail.home_region, region("eu-west-1"));
    assert_eq!(trail.bucket.as_str(), BUCKET);
    assert_eq!(trail.prefix.as_deref(), Some("audit"));
    assert!(trail.multi_region && trail.validation && !trail.organization);
    assert!(state.status.as_ref().unwrap().logging);

    assert_eq!(find(&connection, &trail.arn).unwrap(), *trail);
    let elsewhere = status_in(&connection, &trail.arn, &region("us-east-1"));
    assert!(elsewhere.is_ok(), "{elsewhere:?}");

    let other = trail.arn.to_string().replace(NAME, "nowhere").parse();
    let error = find(&connection, &other.unwrap()).unwrap_err();
    assert_eq!(error.kind, CallErrorKind::NoSuch);
}

#[test]
#[ignore = "needs scripts/servers start"]
fn accounts_of_motos_organization_are_listed() {
    let connection = moto();
    let client = Organizations::new(&connection.config_in(&region("us-east-1")));
    let closed = connection.block_on(async {
        // Left over from a run before, if moto was not restarted.
        let _ = client.create_organization().send().await;
        let mut made = Vec::new();
        for number in 0..21 {
            let call = client
                .create_account()
                .account_name(format!("account {number}"))
                .email(format!("account-{number}@example.com"));
            let status = call.send().await.unwrap().create_account_status.unwrap();
            made.push(status.account_id.unwrap());
        }
        let last = made.pop().unwrap();
        client
            .close_account()
            .account_id(&last)
            .send()
            .await
            .unwrap();
        last
    });

    let listed = accounts(&connection).unwrap();
    assert!(listed.len() >= 22, "the management account and 21 others");
    let standing = |standing| listed.iter().filter(move |it| it.standing == standing);
    assert!(standing(Standing::Active).count() >= 21);
    let mut inactive = standing(Standing::Inactive).map(|account| account.id.as_str());
    assert!(inactive.any(|id| id == closed), "{listed:?}");
    let named = |account: &Account| account.name.as_deref() == Some("account 7");
    assert!(listed.iter().any(named) && listed.iter().all(|it| it.joined.is_some()));
}

/// Messages of more than 4,096 bytes are sent as their hash, which moto would take
/// for the message.
#[test]
#[ignore = "needs scripts/servers start"]
fn keys_of_moto_sign_envelopes() {
    for (spec, algorithm) in [
        (KeySpec::Rsa2048, SignatureAlgorithm::RsaPkcs1Sha256),
        (KeySpec::EccNistP256, SignatureAlgorithm::EcdsaP256Sha256),
    ] {
        let arn = make_key(&moto(), spec, KeyUsageType::SignVerify);
        let signer = KmsSigner::open(moto(), &arn.parse().unwrap()).unwrap();
        assert_eq!(signer.public().algorithm(), algorithm);
        let envelope = Envelope::sign(PAYLOAD_TYPE_IN_TOTO, b"{}".to_vec(), &[&signer]).unwrap();
        let verification = envelope.verify(&[signer.public().clone()]);
        assert_eq!(verification.payload().unwrap().bytes(), b"{}");
    }
}

#[test]
#[ignore = "needs scripts/servers start"]
fn keys_of_moto_that_do_not_sign_are_refused() {
    let arn = make_key(&moto(), KeySpec::Rsa2048, KeyUsageType::EncryptDecrypt);
    let error = KmsSigner::open(moto(), &arn.parse().unwrap()).unwrap_err();
    assert!(matches!(error, KmsError::Unsuitable { .. }), "{error}");

    let nowhere = "1234abcd-12ab-34cd-56ef-1234567890ab".parse().unwrap();
    let error = KmsSigner::open(moto(), &nowhere).unwrap_err();
    let KmsError::Call(error) = error else {
        panic!("{error}");
    };
    assert_eq!(error.kind, CallErrorKind::NoSuch);
}

fn moto() -> Connection {
    connect(&std::env::var("MOTO_ENDPOINT").expect("MOTO_ENDPOINT names moto's endpoint"))
}

fn make_key(connection: &Connection, spec: KeySpec, usage: KeyUsageType) -> String {
    let kms = aws_sdk_kms::Client::new(&connection.config_in(&region("eu-west-1")));
    let call = kms.create_key().key_spec(spec).key_usage(usage);
    let made = connection.block_on(call.send()).unwrap();
    made.key_metadata.unwrap().arn.unwrap()
}

fn make_trail(connection: &Connection) {
    let config = connection.config_in(&region("us-east-1"));
    let s3 = aws_sdk_s3::Client::from_conf(
        aws_sdk_s3::config::Builder::from(&config)
            .force_path_style(true)
            .build(),
    );
    let trails = Client::new(&connection.config_in(&region("eu-west-1")));
    connection.block_on(async {
        // Left over from a run before, if moto was not restarted.
        let _ = trails.delete_trail().name(NAME).send().await;
        let _ = s3.create_bucket().bucket(BUCKET).send().await;
        trails
            .create_trail()
            .name(NAME)
            .s3_bucket_name(BUCKET)
            .s3_key_prefix("audit")
            .is_multi_region_trail(true)
            .enable_log_file_validation(true)
            .send()
            .await
            .unwrap();
        trails.start_logging().name(NAME).send().await.unwrap();
    });
}
