//! From an event to its line.

use trailseal_verifier::verdict::Code;

use super::line::{Access, Keep, Line, MAX_RESOURCES, MAX_TEXT, Part};
use super::words;
use crate::actor::{Actor, CredentialId};
use crate::merge::{Amendment, SharedKey};
use crate::provenance::{Event, Verdict};
use crate::record::{Flag, Open};

impl Line {
    /// The row of an event.
    pub fn of(event: &Event<'_>, keep: Keep) -> Self {
        let record = event.record();
        let provenance = event.provenance();
        let origin = provenance.origin();
        let (log, hash) = (origin.log().to_string(), origin.sha256().to_string());
        let (digest, reason) = match provenance.verdict() {
            Verdict::Verified { digest } => (Some(digest.to_string()), None),
            Verdict::Unverified { reason } => (None, reason.map(Code::as_str)),
        };
        let actor = Actor::of(record);
        let name = words::name(&actor);
        let sentence = words::sentence(record, &name);

        let mut parts = [None; Part::COUNT];
        let mut set = |part: Part, text| parts[part as usize] = text;
        set(Part::EventId, record.id());
        set(Part::Account, record.account());
        set(Part::Region, record.aws_region.as_deref());
        set(Part::Source, record.event_source.as_deref());
        set(Part::Name, record.event_name.as_deref());
        let category = record.event_category.as_ref();
        set(Part::Category, category.map(Open::text));
        set(Part::ActorName, Some(&*name));
        set(Part::ActorId, Some(actor.id.as_str()));
        set(
            Part::Credential,
            actor.credential.as_ref().map(CredentialId::as_str),
        );
        set(Part::Session, actor.session.as_deref());
        set(Part::Address, record.source_ip_address.as_deref());
        set(Part::Agent, record.user_agent.as_deref());
        set(Part::ErrorCode, record.error_code.as_deref());
        set(Part::Sentence, Some(&sentence));
        let shared = match SharedKey::of(record) {
            Some(SharedKey::Action(_)) => record.shared_event_id.as_deref(),
            Some(SharedKey::Insight(_)) | None => None,
        };
        set(Part::Shared, shared);
        let corrected = Amendment::of(record).map(|amendment| amendment.original.id.to_string());
        set(Part::Corrects, corrected.as_deref());
        set(Part::Log, Some(&log));
        set(Part::LogHash, Some(&hash));
        set(Part::Digest, digest.as_deref());
        set(Part::Reason, reason);
        set(Part::Record, (keep == Keep::Record).then(|| record.text()));

        let touched = record.resources.as_deref().unwrap_or_default();
        let names = touched
            .iter()
            .filter_map(|resource| resource.arn.as_deref().or(resource.arn_prefix.as_deref()))
            .filter(|name| !name.is_empty());
        let mut texts = Texts::default();
        for (index, part) in parts.iter().enumerate() {
            texts.push(part.unwrap_or_default(), limit(index));
        }
        let mut resources_omitted = 0;
        for (count, name) in names.enumerate() {
            if count < MAX_RESOURCES {
                texts.push(name, Some(MAX_TEXT));
            } else {
                resources_omitted += 1;
            }
        }
        Self {
            time: record.time().and_then(Result::ok).map(|time| time.at),
            access: record.read_only.map(access),
            answer: provenance.verdict().answer(),
            index: provenance.place().index,
            resources_omitted,
            text: texts.text.into(),
            ends: texts.ends.into(),
        }
    }
}

/// How long a part may be. Places are the user's own, and the record is
/// verbatim or not there.
fn limit(index: usize) -> Option<usize> {
    let whole = [Part::Log, Part::Digest, Part::Record];
    let is_whole = whole.into_iter().any(|part| part as usize == index);
    (!is_whole).then_some(MAX_TEXT)
}

fn access(read_only: Flag) -> Access {
    if read_only.is_true() {
        Access::Read
    } else {
        Access::Write
    }
}

#[derive(Default)]
struct Texts {
    text: String,
    ends: Vec<u32>,
}

impl Texts {
    /// Adds a text, cut to its limit. Nothing of it if all together would not
    /// be addressable: only whole records are that long.
    fn push(&mut self, text: &str, limit: Option<usize>) {
        const ELLIPSIS: &str = "…";
        let cut = limit.filter(|limit| text.len() > *limit);
        let kept = cut.map_or(text, |limit| &text[..text.floor_char_boundary(limit)]);
        let end = self.text.len() + kept.len() + ELLIPSIS.len();
        if u32::try_from(end).is_ok() {
            self.text.push_str(kept);
            if cut.is_some() {
                self.text.push_str(ELLIPSIS);
            }
        }
        self.ends
            .push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }
}
