//! The few members of raw JSON that issuing events are told by.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Members of one object. Of repeated ones the last counts. Anything but an
/// object has none.
#[derive(Clone, Debug, Default)]
pub(super) struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

/// No object that is looked at has nearly as many members.
const MAX_MEMBERS: usize = 512;

impl<'a> Members<'a> {
    pub(super) fn of(raw: Option<&'a RawValue>) -> Self {
        raw.and_then(|raw| serde_json::from_str(raw.get()).ok())
            .unwrap_or_default()
    }

    /// The object in a member, or the first of an array of them.
    pub(super) fn object(&self, name: &str) -> Self {
        let raw = self.raw(name);
        if let Some(raw) = raw.filter(|raw| raw.get().starts_with('[')) {
            let first: Result<First<'a>, _> = serde_json::from_str(raw.get());
            return Self::of(first.ok().and_then(|first| first.0));
        }
        Self::of(raw)
    }

    /// The text of a member. Empty text is none.
    pub(super) fn text(&self, name: &str) -> Option<Cow<'a, str>> {
        #[derive(serde::Deserialize)]
        struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

        let text: Text<'a> = serde_json::from_str(self.raw(name)?.get()).ok()?;
        Some(text.0).filter(|text| !text.is_empty())
    }

    /// The name of the first member.
    pub(super) fn first_name(&self) -> Option<&str> {
        self.0.first().map(|(name, _)| &**name)
    }

    fn raw(&self, name: &str) -> Option<&'a RawValue> {
        let found = self.0.iter().rev().find(|(own, _)| own == name);
        found.map(|(_, raw)| *raw)
    }
}

#[derive(serde::Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Deserialize<'a> for Members<'a> {
    fn deserialize<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'a> Visitor<'a> for Object {
            type Value = Members<'a>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Members<'a>, A::Error> {
                let mut members = Vec::new();
                while let Some((Name(name), raw)) = map.next_entry::<Name<'a>, &'a RawValue>()? {
                    if members.len() < MAX_MEMBERS {
                        members.push((name, raw));
                    }
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

/// The first element of an array.
struct First<'a>(Option<&'a RawValue>);

impl<'a> Deserialize<'a> for First<'a> {
    fn deserialize<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        struct Array;

        impl<'a> Visitor<'a> for Array {
            type Value = First<'a>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }

            fn visit_seq<A: serde::de::SeqAccess<'a>>(
                self,
                mut seq: A,
            ) -> Result<First<'a>, A::Error> {
                let first = seq.next_element()?;
                while seq.next_element::<serde::de::IgnoredAny>()?.is_some() {}
                Ok(First(first))
            }
        }

        deserializer.deserialize_seq(Array)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_objects_and_of_nothing_else() {
        let raw: &RawValue = serde_json::from_str(
            r#"{"a":{"b":"x\n"},"s":[{"b":"1"},{"b":"2"}],"n":3,"e":"","a":{"b":"y"}}"#,
        )
        .unwrap();
        let members = Members::of(Some(raw));
        assert_eq!(members.object("a").text("b").as_deref(), Some("y"));
        assert_eq!(members.object("s").text("b").as_deref(), Some("1"));
        assert_eq!(members.text("n"), None);
        assert_eq!(members.text("e"), None);
        assert_eq!(members.first_name(), Some("a"));
        for odd in ["[]", "3", "\"x\"", "null", "[3]"] {
            let raw: &RawValue = serde_json::from_str(odd).unwrap();
            let members = Members::of(Some(raw));
            assert!(members.object("a").text("b").is_none());
        }
    }
}
