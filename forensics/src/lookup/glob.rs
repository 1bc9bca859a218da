//! `*` in values.

/// Whether a text fits a pattern, in which each `*` stands for any text. Takes
/// at most the product of both lengths.
pub(super) fn fits(pattern: &str, text: &str) -> bool {
    let (mut pattern, mut text) = (pattern.as_bytes(), text.as_bytes());
    // Where to go on when what follows the last `*` does not fit.
    let mut retry: Option<(&[u8], &[u8])> = None;
    loop {
        match (pattern, text) {
            ([b'*', rest @ ..], _) => {
                pattern = rest;
                retry = Some((rest, text));
            }
            ([], []) => return true,
            ([p, after @ ..], [t, rest @ ..]) if p == t => (pattern, text) = (after, rest),
            _ => match retry {
                Some((after, [_, rest @ ..])) => {
                    (pattern, text) = (after, rest);
                    retry = Some((after, rest));
                }
                _ => return false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn stars_stand_for_any_text() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("Delete*", "DeleteTrail", true),
            ("Delete*", "UndeleteTrail", false),
            ("*Trail", "DeleteTrail", true),
            ("a*b*c", "aXbXbXc", true),
            ("a*b*c", "aXbX", false),
            ("**", "x", true),
            ("a*", "*a", false),
            ("arn:*:role/ad*", "arn:aws:iam::1:role/admin", true),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn hostile_patterns_end() {
        assert!(!fits(
            &"*a".repeat(200),
            &format!("{}b", "a".repeat(10_000))
        ));
    }

    /// By definition, for short texts.
    fn slow(pattern: &[u8], text: &[u8]) -> bool {
        match pattern {
            [] => text.is_empty(),
            [b'*', rest @ ..] => (0..=text.len()).any(|at| slow(rest, &text[at..])),
            [p, rest @ ..] => text.first() == Some(p) && slow(rest, &text[1..]),
        }
    }

    proptest! {
        #[test]
        fn as_defined(pattern in "[ab*]{0,6}", text in "[ab]{0,8}") {
            prop_assert_eq!(fits(&pattern, &text), slow(pattern.as_bytes(), text.as_bytes()));
        }
    }
}
