//! The records of one action, together.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::mem;
use std::vec;

use super::line::Line;
use trailseal_verifier::sort::SortError;

/// Lines that are looked at together. What an attacker can make happen in one
/// second is unbounded; accounts that share a record are few.
const MAX_TOGETHER: usize = 10_000;

/// What was done once, and all that was recorded of it.
#[derive(Debug)]
pub struct Deed {
    /// The record that tells most: the best proved, a correction before what it
    /// corrects, the caller's own account before others.
    pub line: Line,
    /// The others: of other accounts (`sharedEventID`), or corrected by the
    /// one above.
    pub also: Vec<Line>,
}

/// Lines in order, with those of one action put together where they are of the
/// same instant. The copies of a shared event are, and so is a correction that
/// repeats the time of what it corrects; what is apart in time stays apart, and
/// says by its columns what it belongs to.
#[derive(Debug)]
pub struct Joined<I> {
    lines: I,
    next: Option<Line>,
    ready: vec::IntoIter<Deed>,
}

impl<I: Iterator<Item = Result<Line, SortError>>> Joined<I> {
    /// Lines that come in the order of [`Line::compare`].
    pub fn new(lines: I) -> Self {
        Self {
            lines,
            next: None,
            ready: Vec::new().into_iter(),
        }
    }

    /// The lines of the next instant; none at the end.
    fn instant(&mut self) -> Result<Vec<Line>, SortError> {
        let mut together: Vec<Line> = self.next.take().into_iter().collect();
        for line in self.lines.by_ref() {
            let line = line?;
            let apart = together
                .first()
                .is_some_and(|first| first.time().is_none() || first.time() != line.time());
            if apart || together.len() == MAX_TOGETHER {
                self.next = Some(line);
                break;
            }
            together.push(line);
        }
        Ok(together)
    }
}

impl<I: Iterator<Item = Result<Line, SortError>>> Iterator for Joined<I> {
    type Item = Result<Deed, SortError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(deed) = self.ready.next() {
            return Some(Ok(deed));
        }
        match self.instant() {
            Ok(lines) => self.ready = deeds(lines).into_iter(),
            Err(error) => return Some(Err(error)),
        }
        self.ready.next().map(Ok)
    }
}

/// Puts together what belongs together, in the order of the first of each.
fn deeds(lines: Vec<Line>) -> Vec<Deed> {
    if let [_] | [] = *lines {
        let alone = |line| Deed {
            line,
            also: Vec::new(),
        };
        return lines.into_iter().map(alone).collect();
    }
    let mut groups: Vec<Vec<Line>> = Vec::new();
    let mut known: HashMap<Key, usize, RandomState> = HashMap::new();
    for line in lines {
        let keys = Key::of(&line);
        let found = keys.iter().find_map(|key| known.get(key).copied());
        let group = found.unwrap_or(groups.len());
        for key in keys {
            known.entry(key).or_insert(group);
        }
        match groups.get_mut(group) {
            Some(group) => group.push(line),
            None => groups.push(vec![line]),
        }
    }
    groups.into_iter().filter_map(Deed::of).collect()
}

/// What two lines of one action have in common.
#[derive(Eq, Hash, PartialEq)]
enum Key {
    /// A `sharedEventID`.
    Shared(String),
    /// An event of an account, and whoever corrects it.
    Event(Option<String>, String),
}

impl Key {
    fn of(line: &Line) -> Vec<Self> {
        let account = || line.account().map(str::to_owned);
        let event = |id: &str| Self::Event(account(), id.to_owned());
        let shared = line.shared_event_id().map(|id| Self::Shared(id.to_owned()));
        let own = line.event_id().map(event);
        let corrected = line.corrects().map(event);
        [shared, own, corrected].into_iter().flatten().collect()
    }
}

impl Deed {
    fn of(mut lines: Vec<Line>) -> Option<Self> {
        let best = lines.iter().enumerate().min_by_key(|(_, line)| {
            let unsaid = line.credential().is_none();
            (line.answer(), line.corrects().is_none(), unsaid)
        })?;
        let index = best.0;
        let line = lines.remove(index);
        Some(Self {
            line,
            also: mem::take(&mut lines),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Keep;
    use super::*;
    use crate::provenance::{Location, Outcome, Unverified};
    use crate::reader::Limits;

    fn lines(content: &str) -> Vec<Line> {
        let mut lines = Vec::new();
        let log = Location::File("log".to_owned());
        Unverified::new(log, content.as_bytes(), None).events(&Limits::default(), |outcome| {
            if let Outcome::Event(event) = outcome {
                lines.push(Line::of(&event, Keep::Row));
            }
        });
        lines.sort_by(Line::compare);
        lines
    }

    fn joined(content: &str) -> Vec<(String, Vec<String>)> {
        let id = |line: &Line| line.event_id().unwrap_or("-").to_owned();
        Joined::new(lines(content).into_iter().map(Ok))
            .map(Result::unwrap)
            .map(|deed| (id(&deed.line), deed.also.iter().map(id).collect()))
            .collect()
    }

    #[test]
    fn accounts_of_one_action_and_corrections_come_together() {
        const AT: &str = r#""eventTime":"2026-03-10T10:00:00Z","eventName":"AssumeRole""#;
        let content = format!(
            r#"{{{AT},"eventID":"a","sharedEventID":"s","recipientAccountId":"1"}}
            {{{AT},"eventID":"b","sharedEventID":"s","recipientAccountId":"2",
              "userIdentity":{{"type":"IAMUser","accessKeyId":"AKIAIOSFODNN7EXAMPLE"}}}}
            {{{AT},"eventID":"c","recipientAccountId":"1"}}
            {{{AT},"eventID":"d","recipientAccountId":"1","addendum":{{"reason":"UPDATED_DATA","originalEventID":"c"}}}}
            {{{AT},"eventID":"c","recipientAccountId":"3"}}
            {{{AT},"eventID":"e","recipientAccountId":"1"}}
            {{"eventTime":"2026-03-10T10:00:01Z","eventName":"x","eventID":"f","sharedEventID":"s"}}
            {{"eventName":"x","eventID":"g","sharedEventID":"t"}}
            {{"eventName":"x","eventID":"h","sharedEventID":"t"}}"#
        );
        let expected = [
            ("b", vec!["a"]),
            ("d", vec!["c"]),
            ("e", vec![]),
            ("c", vec![]),
            ("f", vec![]),
            ("g", vec![]),
            ("h", vec![]),
        ];
        let found = joined(&content);
        let found: Vec<_> = found
            .iter()
            .map(|(id, also)| (id.as_str(), also.iter().map(String::as_str).collect()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn errors_end_it_and_an_instant_is_bounded() {
        let error = || Err(SortError::Io(std::io::Error::other("gone")));
        let mut all: Vec<Result<Line, SortError>> =
            lines(r#"{"eventID":"a","eventTime":"2026-03-10T10:00:00Z"}"#)
                .into_iter()
                .map(Ok)
                .collect();
        all.push(error());
        assert!(Joined::new(all.into_iter()).any(|deed| deed.is_err()));
        let one = lines(r#"{"eventID":"a","eventTime":"2026-03-10T10:00:00Z"}"#).remove(0);
        let many = std::iter::repeat_n(one, MAX_TOGETHER + 2).map(Ok);
        assert_eq!(Joined::new(many).count(), 2);
    }
}
