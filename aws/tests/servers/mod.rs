//! Servers that others wrote. `scripts/servers start` starts them and tells
//! where they are.

#![allow(dead_code, reason = "each test file uses its part")]

mod gateway;
pub(crate) mod program;
mod put;

pub(crate) use gateway::Gateway;
pub(crate) use put::{HOSTILE, Put, mirrored};
use trailseal_aws::{Connection, Credentials, Settings};

/// A connection to the gateway of someone who may only read what a bucket's
/// policy allows.
pub(crate) fn reader() -> Connection {
    connect(told("RGW_READER_ACCESS_KEY"), told("RGW_READER_SECRET_KEY"))
}

/// One of someone who has the owner's name, and not the secret.
pub(crate) fn stranger() -> Connection {
    connect(told("RGW_ACCESS_KEY"), "wrong".to_owned())
}

fn connect(access_key_id: String, secret_access_key: String) -> Connection {
    Connection::open(Settings {
        credentials: Credentials::Fixed {
            access_key_id,
            secret_access_key,
        },
        endpoint_url: Some(told("RGW_ENDPOINT")),
        region: Some("us-east-1".parse().unwrap()),
        ..Settings::default()
    })
    .unwrap()
}

/// What `scripts/servers start` prints.
fn told(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: servers=$(scripts/servers start) && eval \"$servers\"")
    })
}
