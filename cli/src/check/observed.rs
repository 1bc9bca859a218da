//! What one check found, before it is compared with what was open.

use aws_lc_rs::digest::{Context, SHA256};
use data_encoding::HEXLOWER;
use jiff::Timestamp;
use jiff::civil::Date;
use trailseal_verifier::chain::{ChainId, DIGEST_PERIOD};
use trailseal_verifier::coverage::Interval;
use trailseal_verifier::id::{AccountId, Region};
use trailseal_verifier::layout::{DigestKey, LogKey};
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::verdict::{Answer, Code, Finding, Subject};

use super::day::day_of;
use super::policy_code::PolicyCode;

/// Longest detail that is kept, in bytes: it may quote what somebody else wrote.
const MAX_DETAIL: usize = 2_000;

/// One finding of a check.
#[derive(Clone, Debug)]
pub(crate) struct Observed {
    pub(crate) code: &'static str,
    pub(crate) answer: Answer,
    /// What it is about: the same from check to check.
    pub(crate) subject: String,
    pub(crate) object: Option<String>,
    pub(crate) account: Option<AccountId>,
    pub(crate) region: Option<Region>,
    pub(crate) chain: Option<String>,
    pub(crate) window: Option<Interval>,
    pub(crate) detail: String,
    /// The day to look at again.
    pub(crate) day: Option<Date>,
    /// Not to be told before: it may explain itself.
    pub(crate) due: Option<Timestamp>,
}

impl Observed {
    /// What the verifier found, in a pass over this day if it was over one.
    pub(crate) fn of(finding: Finding, day: Option<Date>) -> Self {
        let about = About::of(&finding.object, finding.chain.as_deref());
        Self {
            code: finding.code.as_str(),
            answer: finding.answer,
            subject: finding.object.to_string(),
            object: match &finding.object {
                Subject::Object(object) => Some(object.to_string()),
                Subject::Scope(..) => None,
            },
            account: about.account,
            region: about.region,
            chain: finding.chain,
            window: finding.interval.or(about.time),
            detail: shortened(finding.detail),
            day: about
                .day
                .or_else(|| finding.interval.map(|at| day_of(at.start)))
                .or(day),
            due: None,
        }
    }

    /// A digest that the ledger has, and that is not there as it was.
    pub(crate) fn at_tip(
        code: Code,
        chain: &ChainId,
        object: &ObjectRef,
        window: Interval,
        detail: String,
    ) -> Self {
        let finding = Finding::on(code, object.clone(), detail);
        Self::of(finding.during(window).in_chain(chain), None)
    }

    /// Time that was proved, and that no digest covers any more.
    pub(crate) fn lost(chain: &ChainId, lost: Interval) -> Self {
        let detail = format!(
            "{lost} was proved by earlier checks, and no digest that covers it is there any more"
        );
        let scope = Subject::Scope(Some(chain.account.clone()), Some(chain.region.clone()));
        let finding = Finding::about(Code::DigestAbsent, scope, detail);
        let mut observed = Self::of(finding.during(lost).in_chain(chain), None);
        observed.subject = format!("{} {}", observed.subject, day_of(lost.start));
        observed
    }

    /// A chain whose newest digest is too old.
    pub(crate) fn tail_lag(chain: &ChainId, tail: Interval, detail: String) -> Self {
        let subject = format!("{}/{}", chain.account, chain.region);
        Self {
            account: Some(chain.account.clone()),
            region: Some(chain.region.clone()),
            chain: Some(chain.to_string()),
            window: Some(tail),
            ..Self::policy(PolicyCode::TailLag, subject, detail)
        }
    }

    /// Files of an account, or of an account in a Region, that the policy does not
    /// expect.
    pub(crate) fn unexpected(
        code: PolicyCode,
        account: &AccountId,
        region: Option<&Region>,
        detail: String,
    ) -> Self {
        let scope = Subject::Scope(Some(account.clone()), region.cloned());
        Self {
            account: Some(account.clone()),
            region: region.cloned(),
            ..Self::policy(code, scope.to_string(), detail)
        }
    }

    /// That the organization could not be asked which accounts are expected.
    pub(crate) fn unasked(why: &str) -> Self {
        let subject = "organization".to_owned();
        Self::policy(PolicyCode::OrganizationUnasked, subject, why.to_owned())
    }

    fn policy(code: PolicyCode, subject: String, detail: String) -> Self {
        Self {
            code: code.as_str(),
            answer: code.answer(),
            subject,
            object: None,
            account: None,
            region: None,
            chain: None,
            window: None,
            detail: shortened(detail),
            day: None,
            due: None,
        }
    }

    /// Stable over checks.
    pub(crate) fn id(&self, source: &str) -> String {
        let mut context = Context::new(&SHA256);
        for part in [
            source,
            self.code,
            &self.subject,
            self.chain.as_deref().unwrap_or(""),
        ] {
            context.update(part.as_bytes());
            context.update(&[0]);
        }
        let mut id = HEXLOWER.encode(context.finish().as_ref());
        id.truncate(16);
        id
    }
}

/// What the subject of a finding tells.
#[derive(Default)]
struct About {
    account: Option<AccountId>,
    region: Option<Region>,
    time: Option<Interval>,
    day: Option<Date>,
}

impl About {
    fn of(subject: &Subject, chain: Option<&str>) -> Self {
        let about = match subject {
            Subject::Object(object) => Self::of_key(&object.key),
            Subject::Scope(account, region) => Self {
                account: account.clone(),
                region: region.clone(),
                ..Self::default()
            },
        };
        about.or_of_chain(chain)
    }

    fn of_key(key: &str) -> Self {
        if let Some(digest) = DigestKey::parse(key) {
            let end = digest.stamp.instant();
            let start = end.saturating_sub(DIGEST_PERIOD).unwrap_or(Timestamp::MIN);
            Self {
                account: Some(digest.place.account),
                region: Some(digest.place.region),
                time: Some(Interval::new(start, end)),
                day: Some(day_of(start)),
            }
        } else if let Some(log) = LogKey::parse(key) {
            Self {
                time: Some(log.delivered()),
                account: Some(log.place.account),
                region: Some(log.place.region),
                day: Some(log.day),
            }
        } else {
            Self::default()
        }
    }

    /// `[o-ID/]account/Region/trail@home/kind`.
    fn or_of_chain(mut self, chain: Option<&str>) -> Self {
        let mut parts = chain.unwrap_or_default().split('/').peekable();
        parts.next_if(|part| part.starts_with("o-"));
        if self.account.is_none() {
            self.account = parts.next().and_then(|part| part.parse().ok());
            self.region = parts.next().and_then(|part| part.parse().ok());
        }
        self
    }
}

fn shortened(mut text: String) -> String {
    if text.len() > MAX_DETAIL {
        text.truncate(text.floor_char_boundary(MAX_DETAIL));
        text.push_str(" (cut)");
    }
    text
}
