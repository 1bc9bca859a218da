//! How one member becomes a typed value, or stays as it was written.

use std::borrow::Cow;

use memchr::memchr;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::oddity::{JsonKind, Notes, OddityKind, Path};

/// One member, verbatim.
#[derive(Clone, Debug)]
pub struct Member<'a> {
    /// Its name.
    pub name: Cow<'a, str>,
    /// Its value, as it was written.
    pub value: &'a RawValue,
}

/// A type that a member can have.
pub(super) trait Field<'a>: Sized {
    /// What CloudTrail writes, for [`OddityKind::WrongType`].
    const EXPECTED: &'static str;

    /// The value, if it is one of this type.
    fn read(raw: &'a RawValue, at: &Path<'_>, notes: &mut Notes<'a>) -> Option<Self>;
}

impl<'a> Field<'a> for &'a RawValue {
    const EXPECTED: &'static str = "anything";

    fn read(raw: &'a RawValue, _: &Path<'_>, _: &mut Notes<'a>) -> Option<Self> {
        Some(raw)
    }
}

/// What every string is expected to be.
pub(super) const TEXT: &str = "a string";

impl<'a> Field<'a> for Cow<'a, str> {
    const EXPECTED: &'static str = TEXT;

    fn read(raw: &'a RawValue, _: &Path<'_>, _: &mut Notes<'a>) -> Option<Self> {
        let text = raw.get();
        let inner = text.strip_prefix('"')?.strip_suffix('"')?;
        if memchr(b'\\', inner.as_bytes()).is_none() {
            return Some(Cow::Borrowed(inner));
        }
        serde_json::from_str(text).ok().map(Cow::Owned)
    }
}

impl<'a, T: Field<'a>> Field<'a> for Box<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn read(raw: &'a RawValue, at: &Path<'_>, notes: &mut Notes<'a>) -> Option<Self> {
        T::read(raw, at, notes).map(Box::new)
    }
}

/// Most elements of an array that become typed values: `{}` becomes forty times
/// as many bytes.
const MAX_ELEMENTS: usize = 10_000;

/// An array all of whose elements are of one type.
impl<'a, T: Field<'a>> Field<'a> for Vec<T> {
    const EXPECTED: &'static str = "an array of at most 10,000 objects";

    fn read(raw: &'a RawValue, at: &Path<'_>, notes: &mut Notes<'a>) -> Option<Self> {
        struct Elements<'p, 'n, 'a, T>(
            &'p Path<'p>,
            &'n mut Notes<'a>,
            std::marker::PhantomData<T>,
        );

        impl<'a, T: Field<'a>> Visitor<'a> for Elements<'_, '_, 'a, T> {
            type Value = Option<Vec<T>>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an array")
            }

            fn visit_seq<A: SeqAccess<'a>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut list = Some(Vec::new());
                let mut index = 0;
                while let Some(raw) = seq.next_element::<&'a RawValue>()? {
                    let at = Path::Element(self.0, index);
                    let wanted = list.as_ref().filter(|list| list.len() < MAX_ELEMENTS);
                    let element = wanted.and_then(|_| T::read(raw, &at, self.1));
                    match (&mut list, element) {
                        (Some(list), Some(element)) => list.push(element),
                        _ => list = None,
                    }
                    index += 1;
                }
                Ok(list)
            }
        }

        if JsonKind::of(raw) != JsonKind::Array {
            return None;
        }
        let visitor = Elements(at, notes, std::marker::PhantomData);
        raw.deserialize_seq(visitor).ok().flatten()
    }
}

/// A JSON object with known members.
pub(super) trait Object<'a>: Default {
    /// Takes one member. `seen` holds one bit for each known member.
    fn take(
        &mut self,
        name: Cow<'a, str>,
        raw: &'a RawValue,
        seen: &mut u64,
        at: &Path<'_>,
        notes: &mut Notes<'a>,
    );

    /// What was not understood.
    fn rest(&self) -> &[Member<'a>];
}

/// Reads an object from any place of a JSON text, into where it is to be: that of
/// a record is more than a kilobyte.
pub(super) struct ObjectSeed<'p, 'n, 'a, T> {
    pub(super) at: &'p Path<'p>,
    pub(super) notes: &'n mut Notes<'a>,
    /// As it is by default.
    pub(super) object: &'n mut T,
}

impl<'a, T: Object<'a>> DeserializeSeed<'a> for ObjectSeed<'_, '_, 'a, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'a, T: Object<'a>> Visitor<'a> for ObjectSeed<'_, '_, 'a, T> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = 0;
        let mut last = None;
        while let Some((Name(name), raw)) = map.next_entry::<Name<'a>, &'a RawValue>()? {
            self.object.take(name, raw, &mut seen, self.at, self.notes);
            last = Some(raw);
        }
        self.notes.last = last;
        note_repeated(self.object.rest(), self.at, self.notes);
        Ok(())
    }
}

/// Notes unknown members of the same name; known ones were noted when taken.
fn note_repeated(rest: &[Member<'_>], at: &Path<'_>, notes: &mut Notes<'_>) {
    if rest.len() < 2 {
        return;
    }
    let mut names: Vec<&str> = rest.iter().map(|member| &*member.name).collect();
    names.sort_unstable();
    for pair in names.windows(2) {
        if pair[0] == pair[1] {
            notes.add(&Path::Member(at, pair[0]), OddityKind::Duplicate);
        }
    }
}

/// Puts a member into its slot, and says whether it fitted. `null` does not
/// fit, and is no oddity.
pub(super) fn fill<'a, T: Field<'a>>(
    slot: &mut Option<T>,
    raw: &'a RawValue,
    at: &Path<'_>,
    notes: &mut Notes<'a>,
) -> bool {
    *slot = T::read(raw, at, notes);
    if slot.is_none() {
        let expected = T::EXPECTED;
        match JsonKind::of(raw) {
            JsonKind::Null => {}
            JsonKind::String if expected == TEXT => notes.add(at, OddityKind::NotUnicode),
            found => notes.add(at, OddityKind::WrongType { expected, found }),
        }
    }
    slot.is_some()
}

/// The name of a member, borrowed where it holds no escapes.
struct Name<'a>(Cow<'a, str>);

impl<'a> Deserialize<'a> for Name<'a> {
    fn deserialize<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl<'a> Visitor<'a> for Text {
            type Value = Name<'a>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E>(self, text: &'a str) -> Result<Name<'a>, E> {
                Ok(Name(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Name<'a>, E> {
                Ok(Name(Cow::Owned(text.to_owned())))
            }
        }

        deserializer.deserialize_str(Text)
    }
}

/// Declares an object of a record: its members by their names in JSON, in the
/// order in which CloudTrail writes them. What is unknown, `null` or of
/// another type stays in `rest`, so that nothing is lost.
macro_rules! object {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $field:ident: $json:literal => $ty:ty,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default)]
        #[non_exhaustive]
        pub struct $name<'a> {
            $($(#[$doc])* pub $field: Option<$ty>,)+
            /// Members that are unknown, `null` or of another type than
            /// CloudTrail writes: verbatim, in order.
            pub rest: Vec<$crate::record::Member<'a>>,
            /// All of it as it was written, if it is part of a record.
            #[allow(dead_code, reason = "only asked of identities")]
            pub(crate) verbatim: Option<&'a ::serde_json::value::RawValue>,
        }

        const _: () = {
            #[allow(non_camel_case_types, reason = "named like the fields")]
            enum Index { $($field),+ }

            impl<'a> $crate::record::field::Object<'a> for $name<'a> {
                fn take(
                    &mut self,
                    name: ::std::borrow::Cow<'a, str>,
                    raw: &'a ::serde_json::value::RawValue,
                    seen: &mut u64,
                    at: &$crate::record::oddity::Path<'_>,
                    notes: &mut $crate::record::oddity::Notes<'a>,
                ) {
                    use $crate::record::{field::fill, oddity::{OddityKind, Path}};
                    let fitted = match &*name {
                        $($json => {
                            let at = Path::Member(at, $json);
                            let bit = 1 << Index::$field as u64;
                            if *seen & bit != 0 {
                                notes.add(&at, OddityKind::Duplicate);
                            }
                            *seen |= bit;
                            fill(&mut self.$field, raw, &at, notes)
                        })+
                        _ => false,
                    };
                    if !fitted {
                        self.rest.push($crate::record::Member { name, value: raw });
                    }
                }

                fn rest(&self) -> &[$crate::record::Member<'a>] {
                    &self.rest
                }
            }

            impl<'a> $crate::record::field::Field<'a> for $name<'a> {
                const EXPECTED: &'static str = "an object";

                fn read(
                    raw: &'a ::serde_json::value::RawValue,
                    at: &$crate::record::oddity::Path<'_>,
                    notes: &mut $crate::record::oddity::Notes<'a>,
                ) -> Option<Self> {
                    use $crate::record::{field::ObjectSeed, oddity::JsonKind};
                    if JsonKind::of(raw) != JsonKind::Object {
                        return None;
                    }
                    let mut object = Self::default();
                    let seed = ObjectSeed { at, notes, object: &mut object };
                    ::serde::de::DeserializeSeed::deserialize(seed, raw).ok()?;
                    object.verbatim = Some(raw);
                    Some(object)
                }
            }

            // `rest` comes first: where a member is there twice, the one that
            // counts is then again the last.
            impl ::serde::Serialize for $name<'_> {
                fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    use ::serde::ser::SerializeMap;
                    let mut map = serializer.serialize_map(None)?;
                    for member in &self.rest {
                        map.serialize_entry(&member.name, member.value)?;
                    }
                    $(if let Some(value) = &self.$field {
                        map.serialize_entry($json, value)?;
                    })+
                    map.end()
                }
            }

            #[allow(dead_code, reason = "only asked of whole records")]
            impl $name<'_> {
                /// Whether a member of this name is known.
                pub(crate) fn knows(name: &str) -> bool {
                    matches!(name, $($json)|+)
                }
            }
        };
    };
}
pub(super) use object;
