//! Strings within JSON, and text within text.

use std::borrow::Cow;

/// Whether any string of a JSON text, names of members included, passes a
/// test. The text is that of a record, which was valid JSON when it was read:
/// outside of strings there is no quotation mark.
pub(super) fn any(json: &str, test: &mut dyn FnMut(&str) -> bool) -> bool {
    let mut rest = json;
    while let Some(string) = next(rest) {
        if decoded(&string).is_some_and(|text| test(&text)) {
            return true;
        }
        rest = string.after;
    }
    false
}

/// A string of a JSON text.
struct Quoted<'j> {
    /// With its quotation marks.
    verbatim: &'j str,
    is_escaped: bool,
    after: &'j str,
}

/// The first string of a text.
fn next(json: &str) -> Option<Quoted<'_>> {
    let start = json.bytes().position(|byte| byte == b'"')?;
    let string = json.get(start..)?;
    let bytes = string.as_bytes();
    let mut is_escaped = false;
    let mut at = 1;
    loop {
        // Most are so short that looking for a byte is sooner done than said.
        match bytes.get(at)? {
            b'"' => break,
            b'\\' => {
                is_escaped = true;
                at += 2;
            }
            _ => at += 1,
        }
    }
    let (verbatim, after) = string.split_at_checked(at + 1)?;
    Some(Quoted {
        verbatim,
        is_escaped,
        after,
    })
}

/// What a string says, unless that is no text: JSON can name half a character.
fn decoded<'j>(string: &Quoted<'j>) -> Option<Cow<'j, str>> {
    match string.is_escaped {
        false => string
            .verbatim
            .get(1..string.verbatim.len() - 1)
            .map(Cow::Borrowed),
        true => serde_json::from_str(string.verbatim).ok().map(Cow::Owned),
    }
}

/// Whether a text holds another, which is in lower case. The case of ASCII
/// letters is ignored.
pub(super) fn contains(text: &str, lower: &str) -> bool {
    let (text, lower) = (text.as_bytes(), lower.as_bytes());
    let Some(first) = lower.first() else {
        return true;
    };
    memchr::memchr2_iter(*first, first.to_ascii_uppercase(), text).any(|at| {
        text.get(at..at + lower.len())
            .is_some_and(|part| part.eq_ignore_ascii_case(lower))
    })
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::{any as arbitrary, prop_assert_eq, proptest};
    use serde_json::{Value, json};

    use super::any;

    fn strings(json: &str) -> Vec<String> {
        let mut all = Vec::new();
        any(json, &mut |text| {
            all.push(text.to_owned());
            false
        });
        all
    }

    #[test]
    fn half_a_character_hides_nothing_else() {
        let json = r#"{"a\\":["\ud800","\"b\u00e9",1,null],"c":{"":"d"}}"#;
        assert_eq!(strings(json), ["a\\", "\"b\u{e9}", "c", "", "d"]);
    }

    #[test]
    fn what_is_cut_off_ends_it() {
        for json in ["", "\"", "[\"a", "[\"a\\", "[\"a\\\"", "\"\u{e9}\\"] {
            assert!(strings(json).is_empty(), "{json}");
        }
    }

    proptest! {
        #[test]
        fn all_strings_are_visited(texts in vec(arbitrary::<String>(), 0..9)) {
            let members = texts.iter().map(|it| (it.clone(), json!([it, 1.5, null])));
            let object = Value::Object(members.collect());
            let mut expected: Vec<String> = Vec::new();
            for (name, value) in object.as_object().unwrap() {
                expected.extend([name.clone(), value[0].as_str().unwrap().to_owned()]);
            }
            prop_assert_eq!(strings(&object.to_string()), expected);
        }
    }
}
