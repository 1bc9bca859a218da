//! Bytes to records, whatever they are wrapped in.
//!
//! The shape is told from the content:
//!
//! | Shape | Where it comes from |
//! |---|---|
//! | `{"Records":[…]}` | logs, gzipped or not |
//! | `[…]` | collections of events, exports |
//! | one record a line, or simply one after the other | exports, pipelines |
//! | `{"Events":[{"CloudTrailEvent":"…"}]}` | `aws cloudtrail lookup-events` |
//! | `{"detail-type":…,"detail":{…}}`, one or many | EventBridge and its archives |
//! | `{"logEvents":[{"message":"…"}]}`, `{"events":[{"message":"…"}]}` | subscriptions and `filter-log-events` of CloudWatch Logs |
//! | a time before the record on each line | exports of CloudWatch Logs to S3 |
//!
//! Records are visited one by one and borrow from the bytes (from their
//! unescaped copy, where the record was text in another document). A bad record
//! is reported with its place, and reading goes on behind it. Where a broken
//! record ends is then a guess, made in favour of what follows: nothing that is
//! well-formed depends on it.

mod item;
mod limits;
mod scan;
mod unwrap;
mod utf8;

use std::str::from_utf8;

use trailseal_verifier::gzip::{GzipFault, Inflater};

use crate::event_time::EventTime;
use crate::record::{Identities, Record};

pub use item::{Fault, Item, Place, Tally, Wrapper};
pub use limits::Limits;
use scan::{Among, End};
use unwrap::Wrapped;
use utf8::Utf8;

/// The content of a file as it is stored: inflated if it is gzip, itself if not.
///
/// # Errors
/// It begins like gzip, and is not one whole member of at most `limit`
/// inflated bytes.
pub fn content<'b>(
    stored: &'b [u8],
    inflater: &'b mut Inflater,
    limit: u64,
) -> Result<&'b [u8], GzipFault> {
    if stored.starts_with(&[0x1f, 0x8b]) {
        return inflater.inflate(stored, limit);
    }
    Ok(stored)
}

/// Reads every record of a file's content, in order, and says what became of
/// all of them.
///
/// `visit` is no type parameter, so that the reader is compiled once, here,
/// however many there are that read.
pub fn read(content: &[u8], limits: &Limits, visit: &mut dyn FnMut(Item<'_>)) -> Tally {
    let mut reader = Reader {
        bytes: content,
        utf8: Utf8::new(content),
        identities: Identities::default(),
        at: 0,
        limits: *limits,
        shape_budget: limits::second_looks(content.len()),
        repair_budget: limits::second_looks(content.len()),
        tally: Tally::default(),
        visit,
    };
    reader.documents();
    reader.tally
}

struct Reader<'c, 'v> {
    bytes: &'c [u8],
    utf8: Utf8<'c>,
    identities: Identities<'c>,
    at: usize,
    limits: Limits,
    shape_budget: usize,
    repair_budget: usize,
    tally: Tally,
    visit: &'v mut dyn FnMut(Item<'_>),
}

/// What comes next in the array or file at hand.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Next {
    /// Another element, at once.
    Element,
    /// What follows an element.
    More,
    /// Nothing.
    End,
}

/// JSON within JSON within JSON is no shape that anything writes: an
/// EventBridge event inside an event of CloudWatch Logs is.
const MAX_WRAPPERS: u8 = 2;

impl<'c> Reader<'c, '_> {
    fn documents(&mut self) {
        const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
        if self.bytes.starts_with(BYTE_ORDER_MARK) {
            self.at = BYTE_ORDER_MARK.len();
        }
        if self.peek().is_none() {
            self.unread(self.at, self.at, Fault::Empty);
        }
        while let (Some(byte), false) = (self.peek(), self.tally.gave_up) {
            match byte {
                b'[' => {
                    self.array();
                }
                b'{' => self.document(),
                // Documents with commas between them, as elements cut out of an
                // array have.
                b',' if self.tally.seen > 0 => self.at += 1,
                _ => self.line(),
            }
        }
    }

    /// A line that does not begin with JSON: a time may come first.
    fn line(&mut self) {
        let start = self.at;
        let rest = &self.bytes[start..];
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = &rest[..end];
        let brace = memchr::memchr(b'{', line).filter(|at| {
            from_utf8(&line[..*at]).is_ok_and(|time| EventTime::parse(time.trim_end()).is_ok())
        });
        if let Some(brace) = brace {
            self.at += brace;
            self.element(Among::Documents, Wrapper::LogEvent);
        } else {
            let end = scan::next_in_array(line).unwrap_or(end);
            self.unread(start, start + end, Fault::NotAnObject);
            self.at = start + end;
        }
    }

    /// An object at the top: a record, or one that holds arrays of them.
    fn document(&mut self) {
        let start = self.at;
        let mut holds_records = false;
        self.at += 1;
        loop {
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') if holds_records => {
                    self.at += 1;
                    return;
                }
                Some(b'"') => {
                    let Some(name) = self.member() else { break };
                    if unwrap::COLLECTIONS.contains(&name) && self.peek() == Some(b'[') {
                        holds_records = true;
                        if self.array() == Next::End {
                            return;
                        }
                    } else if !holds_records && from_utf8(name).is_ok_and(unwrap::is_telling) {
                        break;
                    } else {
                        let skipped = scan::extent(self.affordable()).length;
                        self.at += skipped;
                        self.shape_budget -= skipped;
                    }
                }
                _ => break,
            }
        }
        if holds_records {
            self.broken_end(start);
        } else {
            self.at = start;
            self.element(Among::Documents, Wrapper::Nothing);
        }
    }

    /// The name of a member as it is written; stands at its value afterwards.
    fn member(&mut self) -> Option<&'c [u8]> {
        let rest = self.affordable();
        let length = scan::string(rest);
        self.shape_budget -= length.unwrap_or(rest.len());
        let length = length?;
        self.at += length;
        if self.peek() != Some(b':') {
            return None;
        }
        self.at += 1;
        self.peek()?;
        Some(&rest[1..length - 1])
    }

    /// The rest of the file, as far as it may be looked at to tell its shape.
    /// Where that is spent, an object is what its first member says.
    fn affordable(&self) -> &'c [u8] {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        &rest[..rest.len().min(self.shape_budget)]
    }

    /// What follows the records of a document is not what ends one.
    fn broken_end(&mut self, start: usize) {
        let from = self.at.max(start + 1);
        let rest = self.bytes.get(from..).unwrap_or_default();
        let fault = if rest.is_empty() {
            Fault::Truncated
        } else {
            Fault::Malformed("expected the end of the document".into())
        };
        let end = scan::next_line(rest).map_or(self.bytes.len(), |at| from + at);
        self.unread(from, end, fault);
        self.at = end;
    }

    fn array(&mut self) -> Next {
        self.at += 1;
        loop {
            match self.peek() {
                None => return self.truncated(),
                Some(b']') => break,
                Some(_) => match self.element(Among::Array, Wrapper::Nothing) {
                    Next::Element => continue,
                    Next::More => {}
                    Next::End => return Next::End,
                },
            }
            match self.peek() {
                None => return self.truncated(),
                Some(b',') => self.at += 1,
                Some(b']') => break,
                Some(_) => {
                    if self.lost_in_array() == Next::End {
                        return Next::End;
                    }
                }
            }
        }
        self.at += 1;
        Next::More
    }

    fn truncated(&mut self) -> Next {
        self.unread(self.at, self.at, Fault::Truncated);
        Next::End
    }

    /// Neither a comma nor the end of the array: on to what looks like a record.
    fn lost_in_array(&mut self) -> Next {
        let start = self.at;
        let found = scan::next_in_array(&self.bytes[start..]);
        self.at = found.map_or(self.bytes.len(), |at| start + at);
        let fault = Fault::Malformed("expected a comma or the end of the array".into());
        self.unread(start, self.at, fault);
        found.map_or(Next::End, |_| Next::More)
    }

    /// One record, or what stands in its place.
    fn element(&mut self, among: Among, wrapper: Wrapper) -> Next {
        let start = self.at;
        if self.tally.seen >= self.limits.records {
            return self.give_up(start, "it holds too many records");
        }
        if self.bytes[start] != b'{' {
            return self.recover(start, Fault::NotAnObject, 0, among);
        }
        // One byte more than is allowed, to tell what is larger.
        let text = self.utf8.at(start, self.limits.record_bytes + 1);
        match Record::parse_prefix(text, &mut self.identities) {
            Ok(record) => {
                self.at = start + record.text().len();
                let place = self.place(start, self.at, wrapper);
                self.deliver(place, record, 0);
                Next::More
            }
            Err(error) => {
                let read = error.position(text);
                self.recover(start, Fault::Malformed(error.detail()), read, among)
            }
        }
    }

    /// Hands over a record, or what it wraps.
    fn deliver(&mut self, place: Place, record: Record<'_>, wrappers: u8) {
        let Limits {
            record_bytes,
            depth,
            ..
        } = self.limits;
        if record.text().len() > record_bytes {
            let limit = record_bytes;
            return self.report(place, Fault::TooLarge { limit });
        }
        if scan::is_deeper(record.text(), depth) {
            return self.report(place, Fault::TooDeep { limit: depth });
        }
        if unwrap::is_event(&record) {
            self.tally.seen += 1;
            self.tally.kept += 1;
            self.tally.odd += u64::from(!record.oddities().is_empty());
            return (self.visit)(Item::Record(place, record));
        }
        let unescaped: String;
        let (wrapper, text) = match unwrap::wrapped(&record) {
            Some(Wrapped::Json(wrapper, json)) => (wrapper, json.get()),
            Some(Wrapped::Text(wrapper, text)) => match serde_json::from_str(text.get()) {
                Ok(text) => {
                    unescaped = text;
                    (wrapper, &*unescaped)
                }
                Err(_) => return self.report(place, Fault::NotARecord),
            },
            None => return self.report(place, Fault::NotARecord),
        };
        let place = Place { wrapper, ..place };
        if wrappers == MAX_WRAPPERS {
            return self.report(place, Fault::NotARecord);
        }
        match Record::parse(text) {
            Ok(inner) => self.deliver(place, inner, wrappers + 1),
            Err(error) => self.report(place, Fault::Malformed(error.detail())),
        }
    }

    /// Reports what begins here, and goes on where the next record seems to
    /// begin. `read` bytes were read in vain.
    fn recover(&mut self, start: usize, fault: Fault, read: usize, among: Among) -> Next {
        let extent = scan::broken(&self.bytes[start..], among);
        let length = extent.length;
        let Some(left) = self.repair_budget.checked_sub(read.saturating_sub(length)) else {
            return self.give_up(start, "too much of it is broken");
        };
        self.repair_budget = left;
        let limit = self.limits.record_bytes;
        let fault = if from_utf8(&self.bytes[start..start + length]).is_err() {
            Fault::NotUtf8
        } else if extent.end == End::Open {
            Fault::Truncated
        } else if length > limit {
            Fault::TooLarge { limit }
        } else {
            fault
        };
        self.unread(start, start + length, fault);
        self.at = start + length;
        match extent.end {
            End::Closed => Next::More,
            End::Next => Next::Element,
            End::Open => Next::End,
        }
    }

    fn give_up(&mut self, start: usize, why: &'static str) -> Next {
        self.tally.gave_up = true;
        self.unread(start, self.bytes.len(), Fault::GaveUp(why));
        self.at = self.bytes.len();
        Next::End
    }

    fn unread(&mut self, start: usize, end: usize, fault: Fault) {
        let place = self.place(start, end, Wrapper::Nothing);
        self.report(place, fault);
    }

    fn report(&mut self, place: Place, fault: Fault) {
        self.tally.seen += 1;
        self.tally.unread += 1;
        if self.tally.unread > self.limits.reported && !self.tally.gave_up {
            self.tally.unreported += 1;
        } else {
            (self.visit)(Item::Unread(place, fault));
        }
    }

    fn place(&self, start: usize, end: usize, wrapper: Wrapper) -> Place {
        Place {
            index: self.tally.seen,
            offset: start as u64,
            length: end.saturating_sub(start) as u64,
            wrapper,
        }
    }

    /// The next byte that is no white space.
    fn peek(&mut self) -> Option<u8> {
        while scan::is_space(*self.bytes.get(self.at)?) {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
    }
}
