//! Strings within JSON, and text within text.

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

/// Whether any string of a JSON text, names of members included, passes a
/// test. Nothing of the text is kept.
pub(super) fn any(json: &str, test: &mut dyn FnMut(&str) -> bool) -> bool {
    let mut found = false;
    let strings = Strings {
        test,
        found: &mut found,
    };
    let mut json = serde_json::Deserializer::from_str(json);
    // An error ends the search: the text was valid when the record was read.
    let _ = strings.deserialize(&mut json);
    found
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

struct Strings<'t> {
    test: &'t mut dyn FnMut(&str) -> bool,
    found: &'t mut bool,
}

impl Strings<'_> {
    fn again(&mut self) -> Strings<'_> {
        Strings {
            test: self.test,
            found: self.found,
        }
    }
}

impl<'a> DeserializeSeed<'a> for Strings<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Strings<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        *self.found = *self.found || (self.test)(text);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'a>>(mut self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(self.again())?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'a>>(mut self, mut map: A) -> Result<(), A::Error> {
        while map.next_key_seed(self.again())?.is_some() {
            map.next_value_seed(self.again())?;
        }
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}
