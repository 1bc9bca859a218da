//! Words and numbers for the eye, and lines of a fixed width.

use jiff::{SignedDuration, Timestamp};

/// The width of a report: it must survive being pasted.
pub const COLUMNS: usize = 100;

/// A number with commas between thousands.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with its noun, in the plural where that is due.
pub fn counted(number: u64, noun: &str) -> String {
    format!("{} {}", count(number), plural(number, noun))
}

/// The noun alone.
pub fn plural(number: u64, noun: &str) -> String {
    if number == 1 {
        noun.to_owned()
    } else {
        format!("{noun}s")
    }
}

/// Bytes in decimal units, three digits.
pub fn bytes(number: u64) -> String {
    const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];
    if number < 1000 {
        return format!("{number} B");
    }
    let (mut whole, mut rest, mut unit) = (number / 1000, number % 1000, 0);
    while whole >= 1000 {
        (whole, rest, unit) = (whole / 1000, whole % 1000, unit + 1);
    }
    match whole {
        0..10 => format!("{whole}.{:02} {}", rest / 10, UNITS[unit]),
        10..100 => format!("{whole}.{} {}", rest / 100, UNITS[unit]),
        _ => format!("{whole} {}", UNITS[unit]),
    }
}

/// A duration in its two largest units.
pub fn duration(length: SignedDuration) -> String {
    let seconds = length.as_secs().max(0);
    let (days, hours) = (seconds / 86_400, seconds % 86_400 / 3600);
    let (minutes, seconds) = (seconds % 3600 / 60, seconds % 60);
    let two = |a: i64, unit_a: &str, b: i64, unit_b: &str| match b {
        0 => format!("{a} {unit_a}"),
        _ => format!("{a} {unit_a} {b} {unit_b}"),
    };
    if days > 0 {
        two(days, "d", hours, "h")
    } else if hours > 0 {
        two(hours, "h", minutes, "min")
    } else {
        two(minutes, "min", seconds, "s")
    }
}

/// A time of a report, to the second, in UTC.
pub fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Words joined as in a sentence.
pub fn sentence_list(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The columns that a text takes. Wide letters (CJK and beyond) take two.
pub fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

fn columns(c: char) -> usize {
    if c >= '\u{1100}' { 2 } else { 1 }
}

/// The text in lines of at most so many columns: the first, and the others.
/// Broken at spaces, and in longer words after a slash, or anywhere if there is
/// none.
pub fn wrap(text: &str, first: usize, others: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut limit = first;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let gap = usize::from(!line.is_empty());
        if width(&line) + gap + width(word) <= limit {
            if gap == 1 {
                line.push(' ');
            }
            line.push_str(word);
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
            limit = others;
        }
        let mut rest = word;
        while width(rest) > limit {
            let (head, tail) = rest.split_at(cut(rest, limit));
            lines.push(head.to_owned());
            rest = tail;
            limit = others;
        }
        line.push_str(rest);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// Where to cut a word that is too long, at least one character in: after a
/// slash, else after an underscore, else where the line ends.
fn cut(word: &str, limit: usize) -> usize {
    let mut used = 0;
    let mut fits = word.chars().next().map_or(0, char::len_utf8);
    let (mut slash, mut underscore) = (None, None);
    for (position, c) in word.char_indices() {
        used += columns(c);
        if used > limit {
            break;
        }
        fits = position + c.len_utf8();
        match c {
            '/' => slash = Some(fits),
            '_' => underscore = Some(fits),
            _ => {}
        }
    }
    // One near the beginning would waste the line.
    let far = |at: &usize| *at * 2 > fits;
    slash.filter(far).or(underscore.filter(far)).unwrap_or(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_commas_and_nouns() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_204), "1,204");
        assert_eq!(count(12_345_678), "12,345,678");
        assert_eq!(counted(1, "digest"), "1 digest");
        assert_eq!(counted(2_000, "log file"), "2,000 log files");
    }

    #[test]
    fn bytes_have_three_digits() {
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(1_234), "1.23 kB");
        assert_eq!(bytes(45_678_901), "45.6 MB");
        assert_eq!(bytes(830_000_000), "830 MB");
        assert_eq!(bytes(u64::MAX), "18.4 EB");
    }

    #[test]
    fn durations_have_two_units() {
        let text = |seconds| duration(SignedDuration::from_secs(seconds));
        assert_eq!(text(59), "0 min 59 s");
        assert_eq!(text(3600), "1 h");
        assert_eq!(text(3600 * 49), "2 d 1 h");
        assert_eq!(text(-5), "0 min");
    }

    #[test]
    fn lines_break_at_spaces_and_long_words_after_slashes() {
        assert_eq!(wrap("one two three", 8, 8), ["one two", "three"]);
        assert_eq!(
            wrap("s3://bucket/some/where/file.gz", 18, 18),
            ["s3://bucket/some/", "where/file.gz"]
        );
        assert_eq!(wrap("aaaaaaaaaa", 4, 4), ["aaaa", "aaaa", "aa"]);
        assert_eq!(wrap("日本語", 4, 4), ["日本", "語"]);
        assert_eq!(wrap("aa aa aa aa", 5, 2), ["aa aa", "aa", "aa"]);
        assert_eq!(wrap("", 4, 4), Vec::<String>::new());
    }

    #[test]
    fn lists_read_as_sentences() {
        let list = |parts: &[&str]| {
            sentence_list(&parts.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
    }
}
