//! A line of a timeline, as it is spilled while timelines are sorted.
//!
//! All numbers are little-endian; `v` is an unsigned LEB128 number.
//!
//! | Bytes | What |
//! |---|---|
//! | 1 | flags: bit 0 there is a time, bits 1–2 access (0 none, 1 read, 2 write), bits 3–4 answer (0 verified, 1 unchecked, 2 failed) |
//! | 8, 4 | time: seconds since 1970, nanoseconds (0 without a time) |
//! | v, v | index of the record, resources omitted |
//! | v, then v each | number of texts, length of each |
//! | rest | the texts, UTF-8 |

use std::cmp::Ordering;

use jiff::Timestamp;
use trailseal_verifier::sort::{DamagedRun, Item, Scanner, push_number};
use trailseal_verifier::verdict::Answer;

use super::line::{Access, Line, Part};

impl Item for Line {
    fn compare(&self, other: &Self) -> Ordering {
        self.compare(other)
    }

    fn size(&self) -> usize {
        self.size()
    }

    fn encode(&self, buffer: &mut Vec<u8>) {
        let access = match self.access {
            None => 0,
            Some(Access::Read) => 1,
            Some(Access::Write) => 2,
        };
        let answer = match self.answer {
            Answer::Verified => 0,
            Answer::Unchecked => 1,
            Answer::Failed => 2,
        };
        buffer.push(u8::from(self.time.is_some()) | access << 1 | answer << 3);
        let time = self.time.unwrap_or(Timestamp::UNIX_EPOCH);
        buffer.extend(time.as_second().to_le_bytes());
        buffer.extend(time.subsec_nanosecond().to_le_bytes());
        push_number(buffer, self.index);
        push_number(buffer, self.resources_omitted.into());
        push_number(buffer, self.ends.len() as u64);
        let mut start = 0;
        for end in &self.ends {
            push_number(buffer, (end - start).into());
            start = *end;
        }
        buffer.extend(self.text.as_bytes());
    }

    fn decode(bytes: &[u8]) -> Result<Self, DamagedRun> {
        let mut rest = Scanner::new(bytes);
        let [flags] = *rest.take::<1>()?;
        let second = i64::from_le_bytes(*rest.take()?);
        let nanosecond = i32::from_le_bytes(*rest.take()?);
        let time =
            Timestamp::new(second, nanosecond).map_err(|_| DamagedRun("a time that is none"))?;
        let index = rest.number()?;
        let resources_omitted =
            u32::try_from(rest.number()?).map_err(|_| DamagedRun("too many resources"))?;
        let count = rest.number()?;
        // Each length takes a byte at least, which bounds what is reserved.
        let count = usize::try_from(count)
            .ok()
            .filter(|count| (Part::COUNT..=rest.rest().len()).contains(count))
            .ok_or(DamagedRun("a wrong number of texts"))?;
        let mut ends = Vec::with_capacity(count);
        let mut end = 0_u64;
        for _ in 0..count {
            end = end.saturating_add(rest.number()?);
            ends.push(u32::try_from(end).map_err(|_| DamagedRun("a text of a wrong length"))?);
        }
        let text =
            str::from_utf8(rest.rest()).map_err(|_| DamagedRun("a text that is not UTF-8"))?;
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
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Lines whose keys often agree.
    fn line() -> impl Strategy<Value = Line> {
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

    fn encoded(line: &Line) -> Vec<u8> {
        let mut bytes = Vec::new();
        line.encode(&mut bytes);
        bytes
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(line in line()) {
            prop_assert_eq!(Line::decode(&encoded(&line)), Ok(line));
        }

        #[test]
        fn damage_is_an_error_or_another_line(
            line in line(), at in any::<prop::sample::Index>(), byte: u8, cut: bool,
        ) {
            let mut bytes = encoded(&line);
            let at = at.index(bytes.len());
            if cut {
                bytes.truncate(at);
                prop_assert!(Line::decode(&bytes).is_err());
            } else {
                bytes[at] = byte;
                let _ = Line::decode(&bytes);
            }
        }

        #[test]
        fn arbitrary_bytes_are_decoded_without_panic(bytes: Vec<u8>) {
            let _ = Line::decode(&bytes);
        }
    }
}
