//! A sorted run of lines, as it is spilled.
//!
//! A run is lines one after the other. All numbers are little-endian; `v` is an
//! unsigned LEB128 number.
//!
//! | Bytes | What |
//! |---|---|
//! | 4 | length of the rest |
//! | 1 | flags: bit 0 there is a time, bits 1–2 access (0 none, 1 read, 2 write), bits 3–4 answer (0 verified, 1 unchecked, 2 failed) |
//! | 8, 4 | time: seconds since 1970, nanoseconds (0 without a time) |
//! | v, v | index of the record, resources omitted |
//! | v, then v each | number of texts, length of each |
//! | rest | the texts, UTF-8 |
//!
//! A run lives as long as its sorter and is read by nobody else, so the form
//! may change at any time. It is trusted like memory: whoever can write to it
//! can change the timeline. What is read is checked for damage all the same.

use std::io::{self, Read, Write};

use jiff::Timestamp;
use trailseal_verifier::verdict::Answer;

use super::line::{Access, Line, Part};

/// A spilled run does not hold what was written to it.
#[derive(Debug, Eq, PartialEq, thiserror::Error)]
#[error("a temporary file of the sort holds other bytes than were written: {0}")]
pub struct DamagedRun(pub(super) &'static str);

/// Writes one line. `buffer` is scratch space.
pub(super) fn write(line: &Line, buffer: &mut Vec<u8>, to: &mut impl Write) -> io::Result<()> {
    buffer.clear();
    let access = match line.access {
        None => 0,
        Some(Access::Read) => 1,
        Some(Access::Write) => 2,
    };
    let answer = match line.answer {
        Answer::Verified => 0,
        Answer::Unchecked => 1,
        Answer::Failed => 2,
    };
    buffer.push(u8::from(line.time.is_some()) | access << 1 | answer << 3);
    let time = line.time.unwrap_or(Timestamp::UNIX_EPOCH);
    buffer.extend(time.as_second().to_le_bytes());
    buffer.extend(time.subsec_nanosecond().to_le_bytes());
    push_number(buffer, line.index);
    push_number(buffer, line.resources_omitted.into());
    push_number(buffer, line.ends.len() as u64);
    let mut start = 0;
    for end in &line.ends {
        push_number(buffer, (end - start).into());
        start = *end;
    }
    buffer.extend(line.text.as_bytes());
    let length = u32::try_from(buffer.len())
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "a line of more than 4 GiB"))?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(buffer)
}

/// Reads one line; `None` at the end of the run.
pub(super) fn read(
    from: &mut impl Read,
    buffer: &mut Vec<u8>,
) -> io::Result<Option<Result<Line, DamagedRun>>> {
    let mut length = [0; 4];
    buffer.clear();
    from.by_ref().take(4).read_to_end(buffer)?;
    if buffer.is_empty() {
        return Ok(None);
    }
    if buffer.len() < length.len() {
        return Ok(Some(Err(DamagedRun("it ends within a length"))));
    }
    length.copy_from_slice(buffer);
    let length = u32::from_le_bytes(length);
    buffer.clear();
    from.by_ref().take(length.into()).read_to_end(buffer)?;
    if buffer.len() as u64 != u64::from(length) {
        return Ok(Some(Err(DamagedRun("it ends within a line"))));
    }
    Ok(Some(decode(buffer)))
}

fn decode(bytes: &[u8]) -> Result<Line, DamagedRun> {
    let mut rest = bytes;
    let [flags] = *take::<1>(&mut rest)?;
    let second = i64::from_le_bytes(*take(&mut rest)?);
    let nanosecond = i32::from_le_bytes(*take(&mut rest)?);
    let time = Timestamp::new(second, nanosecond).map_err(|_| DamagedRun("a time that is none"))?;
    let index = number(&mut rest)?;
    let resources_omitted =
        u32::try_from(number(&mut rest)?).map_err(|_| DamagedRun("too many resources"))?;
    let count = number(&mut rest)?;
    // Each length takes a byte at least, which bounds what is reserved.
    let count = usize::try_from(count)
        .ok()
        .filter(|count| (Part::COUNT..=rest.len()).contains(count))
        .ok_or(DamagedRun("a wrong number of texts"))?;
    let mut ends = Vec::with_capacity(count);
    let mut end = 0_u64;
    for _ in 0..count {
        end = end.saturating_add(number(&mut rest)?);
        ends.push(u32::try_from(end).map_err(|_| DamagedRun("a text of a wrong length"))?);
    }
    let text = str::from_utf8(rest).map_err(|_| DamagedRun("a text that is not UTF-8"))?;
    let whole = ends.iter().all(|end| text.is_char_boundary(*end as usize));
    if !whole || end != text.len() as u64 {
        return Err(DamagedRun("texts of wrong lengths"));
    }
    Ok(Line {
        time: (flags & 1 != 0).then_some(time),
        access: match flags >> 1 & 3 {
            0 => None,
            1 => Some(Access::Read),
            2 => Some(Access::Write),
            _ => return Err(DamagedRun("an unknown access")),
        },
        answer: match flags >> 3 {
            0 => Answer::Verified,
            1 => Answer::Unchecked,
            2 => Answer::Failed,
            _ => return Err(DamagedRun("an unknown answer")),
        },
        index,
        resources_omitted,
        text: text.into(),
        ends: ends.into(),
    })
}

fn take<'b, const N: usize>(rest: &mut &'b [u8]) -> Result<&'b [u8; N], DamagedRun> {
    let (head, tail) = rest
        .split_first_chunk()
        .ok_or(DamagedRun("a line that is too short"))?;
    *rest = tail;
    Ok(head)
}

#[expect(clippy::cast_possible_truncation, reason = "seven bits at a time")]
fn push_number(buffer: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        buffer.push(number as u8 | 0x80);
        number >>= 7;
    }
    buffer.push(number as u8);
}

fn number(rest: &mut &[u8]) -> Result<u64, DamagedRun> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let [byte] = *take::<1>(rest)?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(number);
        }
    }
    Err(DamagedRun("a number without an end"))
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Lines whose keys often agree.
    pub(in crate::timeline) fn line() -> impl Strategy<Value = Line> {
        let texts = prop::collection::vec("[ab]?|\\PC{0,9}", Part::COUNT..Part::COUNT + 3);
        let access = vec![None, Some(Access::Read), Some(Access::Write)];
        let answer = vec![Answer::Verified, Answer::Unchecked, Answer::Failed];
        let index = prop_oneof![0_u64..3, any::<u64>()];
        let time = prop::option::of((-3_i64..3, 0..2));
        let words = (prop::sample::select(access), prop::sample::select(answer));
        (time, words, index, any::<u32>(), texts).prop_map(
            |(time, (access, answer), index, resources_omitted, texts)| {
                let ends = texts.iter().scan(0, |end, text| {
                    *end += u32::try_from(text.len()).unwrap();
                    Some(*end)
                });
                Line {
                    time: time.map(|(s, n)| Timestamp::new(s * 1000, n).unwrap()),
                    access,
                    answer,
                    index,
                    resources_omitted,
                    ends: ends.collect(),
                    text: texts.concat().into(),
                }
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(lines in prop::collection::vec(line(), 0..5)) {
            let (mut run, mut buffer) = (Vec::new(), Vec::new());
            for line in &lines {
                write(line, &mut buffer, &mut run).unwrap();
            }
            let mut from = &run[..];
            for line in &lines {
                prop_assert_eq!(&read(&mut from, &mut buffer).unwrap().unwrap().unwrap(), line);
            }
            prop_assert_eq!(read(&mut from, &mut buffer).unwrap(), None);
        }

        #[test]
        fn damage_is_an_error_or_another_line(
            line in line(), at in any::<prop::sample::Index>(), byte: u8, cut: bool,
        ) {
            let (mut run, mut buffer) = (Vec::new(), Vec::new());
            write(&line, &mut buffer, &mut run).unwrap();
            let at = at.index(run.len());
            if cut {
                run.truncate(at);
            } else {
                run[at] = byte;
            }
            let found = read(&mut &run[..], &mut buffer).unwrap();
            if cut && at > 0 {
                prop_assert!(matches!(found, Some(Err(_))));
            }
        }

        #[test]
        fn arbitrary_bytes_are_read_without_panic(bytes: Vec<u8>) {
            let _ = decode(&bytes);
        }
    }
}
