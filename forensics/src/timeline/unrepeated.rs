//! An event that was delivered several times, once.

use trailseal_verifier::sort::SortError;

use super::line::{Line, Part};

/// Lines in order, each event once: of lines that say the same but for the log
/// they were read from, the best proved is kept.
///
/// Copies that differ are all kept: a correction, or a contradiction.
#[derive(Debug)]
pub struct Unrepeated<I> {
    lines: I,
    held: Option<Line>,
    repeated: u64,
}

impl<I> Unrepeated<I> {
    /// Lines that come in the order of [`Line::compare`].
    pub fn new(lines: I) -> Self {
        Self {
            lines,
            held: None,
            repeated: 0,
        }
    }

    /// How many copies were dropped so far.
    pub fn repeated(&self) -> u64 {
        self.repeated
    }
}

impl<I: Iterator<Item = Result<Line, SortError>>> Iterator for Unrepeated<I> {
    type Item = Result<Line, SortError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.lines.next() {
                Some(Ok(next)) => {
                    let Some(held) = self.held.take() else {
                        self.held = Some(next);
                        continue;
                    };
                    if !held.repeats(&next) {
                        self.held = Some(next);
                        return Some(Ok(held));
                    }
                    self.repeated += 1;
                    let better = next.answer() < held.answer();
                    self.held = Some(if better { next } else { held });
                }
                Some(Err(error)) => return Some(Err(error)),
                None => return self.held.take().map(Ok),
            }
        }
    }
}

impl Line {
    /// Whether two lines are of one event, and differ at most in where it was
    /// read and what vouches for that.
    fn repeats(&self, other: &Self) -> bool {
        const PLACE: [Part; 4] = [Part::Log, Part::LogHash, Part::Digest, Part::Reason];
        let of_place = |index: usize| PLACE.iter().any(|part| *part as usize == index);
        let texts = self.ends.len().max(other.ends.len());
        let same = |index: usize| of_place(index) || self.at(index) == other.at(index);
        self.event_id().is_some()
            && self.time == other.time
            && self.access == other.access
            && self.resources_omitted == other.resources_omitted
            && (0..texts).all(same)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Keep;
    use super::*;
    use crate::provenance::{Location, Outcome, Unverified};
    use crate::reader::Limits;
    use trailseal_verifier::verdict::Code;

    fn line(path: &str, content: &str, reason: Option<Code>) -> Line {
        let log = Location::File(path.to_owned());
        let mut line = None;
        let file = Unverified::new(log, content.as_bytes(), reason);
        file.events(&Limits::default(), |outcome| {
            if let Outcome::Event(event) = outcome {
                line = Some(Line::of(&event, Keep::Row));
            }
        });
        line.unwrap()
    }

    #[test]
    fn copies_become_one_and_what_differs_stays() {
        let one = r#"{"eventID":"a","eventName":"x","eventTime":"2026-03-10T10:00:00Z"}"#;
        let other = r#"{"eventID":"a","eventName":"y","eventTime":"2026-03-10T10:00:00Z"}"#;
        let unknown = r#"{"eventName":"x","eventTime":"2026-03-10T10:00:00Z"}"#;
        let lines = [
            line("a", one, Some(Code::LogHashMismatch)),
            line("b", one, None),
            line("c", other, None),
            line("d", unknown, None),
            line("e", unknown, None),
        ];
        let mut unrepeated = Unrepeated::new(lines.into_iter().map(Ok));
        let logs: Vec<String> = unrepeated
            .by_ref()
            .map(|line| line.unwrap().log().unwrap().to_owned())
            .collect();
        assert_eq!(logs, ["b", "c", "d", "e"]);
        assert_eq!(unrepeated.repeated(), 1);
    }
}
