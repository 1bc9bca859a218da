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
use common::{connect, region};
use trailseal_aws::trails::{describe, find, status_in};
use trailseal_aws::{CallErrorKind, Connection, caller};

const NAME: &str = "trailseal-moto";
const BUCKET: &str = "trailseal-moto-logs";

#[test]
#[ignore = "needs scripts/servers start"]
fn trails_of_moto_are_described() {
    let endpoint = std::env::var("MOTO_ENDPOINT").expect("MOTO_ENDPOINT names moto's endpoint");
    let connection = connect(&endpoint);
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
