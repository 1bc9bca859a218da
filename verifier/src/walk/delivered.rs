//! The trail's own word for when it last delivered a digest, against what is
//! there.
//!
//! If nothing in the bucket was stored since, the digests that were are gone.
//! Whether a digest can be read, or is asked for, plays no part: only times of
//! storage are compared, of every digest of the trail that is listed, hourly
//! or backfill, in whichever folder of the account and Region it lies.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::discover::Location;
use super::{Delivery, Request};
use crate::layout::{DigestKey, Family};
use crate::object::ObjectRef;
use crate::source::Source;
use crate::verdict::{Answer, Code, Finding, Subject};

/// How far a trail's status and the object's own time may differ for the same
/// delivery.
const SLACK: SignedDuration = SignedDuration::from_mins(15);

/// A delivery, and the folders that its digest can lie in.
pub(super) struct Expected {
    pub(super) delivery: Delivery,
    pub(super) locations: Vec<Location>,
}

impl Expected {
    /// Whether the request is about the time of this delivery, and its place.
    pub(super) fn concerns(&self, request: &Request) -> bool {
        let Delivery {
            account,
            region,
            trail,
            at,
            ..
        } = &self.delivery;
        request.organization.is_none()
            && (request.accounts.is_empty() || request.accounts.contains(account))
            && (request.regions.is_empty() || request.regions.contains(region))
            && (request.trails.is_empty() || request.trails.contains(trail))
            && request.from.is_none_or(|from| *at > from)
            && request.to.is_none_or(|to| *at <= to)
    }

    /// What is to be said, if nothing was stored since; nothing if that cannot
    /// be known.
    pub(super) fn judge(&self, source: &impl Source) -> Option<Finding> {
        let day = |at: Timestamp| at.to_zoned(TimeZone::UTC).date();
        let month = day(self.delivery.at);
        let near = |location: &Location| {
            let folder = location.place.folder(Family::Digest);
            format!("{folder}{:04}/{:02}/", month.year(), month.month())
        };
        // Where it should be, before all that there is.
        let newest = self.newest(source, near)?;
        let stored = |newest: &Option<(ObjectRef, Timestamp)>| {
            newest
                .as_ref()
                .is_some_and(|(_, at)| self.delivery.at.duration_since(*at) <= SLACK)
        };
        if stored(&newest) {
            return None;
        }
        let newest = self.newest(source, |location| location.place.folder(Family::Digest))?;
        if stored(&newest) {
            return None;
        }
        Some(self.gone(newest))
    }

    fn gone(&self, newest: Option<(ObjectRef, Timestamp)>) -> Finding {
        let Delivery {
            account,
            region,
            trail,
            at,
            ..
        } = &self.delivery;
        let status =
            format!("the status of the trail {trail} says that a digest was delivered at {at}");
        match newest {
            Some((object, stored)) => {
                let detail =
                    format!("{status}; the newest one that is there was stored at {stored}");
                let mut finding = Finding::on(Code::TailUncovered, object, detail);
                finding.answer = Answer::Failed;
                finding
            }
            // It may have gone to the bucket that the trail had before.
            None => {
                let scope = Subject::Scope(Some(account.clone()), Some(region.clone()));
                let detail = format!("{status}; there is none in this bucket");
                Finding::about(Code::TailUncovered, scope, detail)
            }
        }
    }

    /// The digest of the trail that was stored last, below these folders. The
    /// outer `None`: not known.
    fn newest(
        &self,
        source: &impl Source,
        folder: impl Fn(&Location) -> String,
    ) -> Option<Option<(ObjectRef, Timestamp)>> {
        let mut newest: Option<(ObjectRef, Timestamp)> = None;
        for location in &self.locations {
            let listed = source.stored(&location.bucket, &folder(location)).ok()??;
            let of_trail = listed.into_iter().filter(|(key, _)| {
                DigestKey::parse(key).is_some_and(|key| {
                    key.trail == self.delivery.trail && key.home == self.delivery.home
                })
            });
            let last = of_trail.max_by_key(|(_, at)| *at);
            if let Some((key, at)) = last
                && newest.as_ref().is_none_or(|(_, newest)| at > *newest)
            {
                newest = Some((ObjectRef::new(location.bucket.clone(), key), at));
            }
        }
        Some(newest)
    }
}
