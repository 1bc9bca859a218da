//! A POST to a web server, tried again while that may help, and signed.
//!
//! The signature is the header `x-trailseal-signature: t=SECONDS,v1=HEX`: HMAC-SHA-256
//! with the secret over the seconds since 1970 as digits, a full stop, and the body. A
//! receiver computes it again, compares in constant time, and refuses what is old.

use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use aws_lc_rs::hmac;
use data_encoding::HEXLOWER;
use jiff::Timestamp;
use serde::Serialize;

use super::super::output::{Address, Body, Webhook};
use super::super::report::CheckReport;
use crate::http::{self, Endpoint, NoAnswer, Post};
use crate::render::check::slack;
use crate::render::visible_json;

/// The header of the signature.
const SIGNATURE: &str = "x-trailseal-signature";

/// How many findings are sent: servers refuse what is large, and whoever can plant
/// files could otherwise silence the webhook.
const FINDINGS: usize = 1_000;

/// How often it is tried, and how long it waits.
pub(super) struct Patience {
    tries: u32,
    /// Before the second try; doubled before each that follows.
    first: Duration,
    /// The longest, whatever the server asks for.
    longest: Duration,
}

impl Patience {
    pub(super) const USUAL: Self = Self {
        tries: 4,
        first: Duration::from_secs(1),
        longest: Duration::from_secs(60),
    };

    fn pause(&self, tried: u32, asked: Option<Duration>) -> Duration {
        let own = self
            .first
            .saturating_mul(1 << tried.saturating_sub(1).min(16));
        own.max(asked.unwrap_or_default()).min(self.longest)
    }
}

/// Sends the report.
///
/// # Errors
/// If the address or the secret is not where it should be, or the server did not
/// accept it; without anything secret in the message.
pub(super) fn send(
    report: &CheckReport,
    hook: &Webhook,
    folder: &Path,
    patience: &Patience,
) -> Result<()> {
    let endpoint = match &hook.address {
        Address::Stated(endpoint) => endpoint.clone(),
        Address::Kept(kept) => {
            let text = kept.fetch(folder).context("url")?;
            text.parse::<Endpoint>()
                .with_context(|| format!("url {kept}"))?
        }
    };
    let secret = hook.secret.as_ref().map(|kept| kept.fetch(folder));
    let key = secret.transpose().context("secret")?;
    let key = key.map(|secret| hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()));
    let body = body(report, hook.body)?;
    let mut tried = 0;
    loop {
        tried += 1;
        let (problem, asked) = match once(&endpoint, &body, key.as_ref()) {
            Try::Accepted => return Ok(()),
            Try::Refused(problem) => bail!(problem),
            Try::Again { problem, asked } => (problem, asked),
        };
        if tried >= patience.tries {
            bail!("{problem}, {tried} times");
        }
        thread::sleep(patience.pause(tried, asked));
    }
}

/// How one try ended.
enum Try {
    Accepted,
    /// Another try would end no better.
    Refused(String),
    /// Another try may end better, after so long if the server said so.
    Again {
        problem: String,
        asked: Option<Duration>,
    },
}

fn once(endpoint: &Endpoint, body: &[u8], key: Option<&hmac::Key>) -> Try {
    let now = Timestamp::now();
    let signature = key.map(|key| signature(key, now, body));
    let signature = signature.as_ref().map(|text| (SIGNATURE, text.as_str()));
    let post = Post {
        media_type: "application/json",
        headers: signature.as_slice(),
        body,
        room: 0,
    };
    let answer = match http::post(endpoint, &post) {
        Ok(answer) => answer,
        Err(NoAnswer::Refused(problem)) => return Try::Refused(problem),
        Err(NoAnswer::Silence(problem)) => {
            return Try::Again {
                problem,
                asked: None,
            };
        }
    };
    let problem = format!("{endpoint} answered {}", answer.status);
    match answer.status {
        200..=299 => Try::Accepted,
        429 | 500..=599 => Try::Again {
            problem,
            asked: answer.retry_after.and_then(|text| wait(&text, now)),
        },
        _ => Try::Refused(problem),
    }
}

fn signature(key: &hmac::Key, now: Timestamp, body: &[u8]) -> String {
    let seconds = now.as_second();
    let mut context = hmac::Context::with_key(key);
    context.update(format!("{seconds}.").as_bytes());
    context.update(body);
    format!(
        "t={seconds},v1={}",
        HEXLOWER.encode(context.sign().as_ref())
    )
}

/// How long a `Retry-After` asks to wait: seconds, or a date (RFC 9110, 10.2.3).
fn wait(text: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    date.duration_since(now).try_into().ok()
}

fn body(report: &CheckReport, kind: Body) -> Result<Vec<u8>> {
    match kind {
        Body::Slack => Ok(slack(report)?.into_bytes()),
        Body::Json => {
            let left_out = report.findings.len().saturating_sub(FINDINGS);
            let mut body = Vec::new();
            if left_out == 0 {
                visible_json::write_line(&mut body, report)?;
            } else {
                let mut report = report.clone();
                report.findings.truncate(FINDINGS);
                visible_json::write_line(&mut body, &Cut { report, left_out })?;
            }
            Ok(body)
        }
    }
}

/// A report that lacks its last findings.
#[derive(Serialize)]
struct Cut {
    #[serde(flatten)]
    report: CheckReport,
    #[serde(rename = "findings_left_out")]
    left_out: usize,
}

#[cfg(test)]
mod tests;
