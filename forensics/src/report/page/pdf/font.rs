//! The fonts that a report carries with it: Noto Sans and Noto Sans Mono, cut down to
//! Latin, Greek, Cyrillic and signs (`scripts/fonts`), and in each file to the letters
//! that it uses.

use std::collections::BTreeMap;

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Finish as _, Name, Pdf, Rect, Ref, Str};
use subsetter::GlyphRemapper;
use trailseal_keys::Sha256;
use ttf_parser::GlyphId;

use super::PdfError;
use crate::visible::is_visible;

/// One of the fonts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Face {
    /// For what is read.
    Text,
    /// For what is to be seen first.
    Strong,
    /// For what is compared letter by letter.
    Code,
}

impl Face {
    pub(super) const ALL: [Self; 3] = [Self::Text, Self::Strong, Self::Code];

    /// The name of the font in its file.
    fn name(self) -> &'static str {
        match self {
            Self::Text => "NotoSans-Regular",
            Self::Strong => "NotoSans-Bold",
            Self::Code => "NotoSansMono-Regular",
        }
    }

    /// The name of the font among the resources of a sheet.
    pub(super) fn resource(self) -> Name<'static> {
        Name(match self {
            Self::Text => b"F1",
            Self::Strong => b"F2",
            Self::Code => b"F3",
        })
    }

    fn file(self) -> &'static [u8] {
        match self {
            Self::Text => include_bytes!("fonts/NotoSans-Regular.ttf"),
            Self::Strong => include_bytes!("fonts/NotoSans-Bold.ttf"),
            Self::Code => include_bytes!("fonts/NotoSansMono-Regular.ttf"),
        }
    }

    /// How thick stems are, in thousandths of the size; readers need it only if
    /// they replace the font, which is embedded.
    fn stem(self) -> f32 {
        match self {
            Self::Text | Self::Code => 80.0,
            Self::Strong => 140.0,
        }
    }
}

/// The fonts, and which letters of them are used.
pub(super) struct Fonts([Font; 3]);

struct Font {
    face: ttf_parser::Face<'static>,
    used: GlyphRemapper,
    /// The letter of each glyph that is used, by its number in this file.
    letters: BTreeMap<u16, char>,
}

impl Fonts {
    pub(super) fn load() -> Result<Self, PdfError> {
        let load = |face: Face| {
            let parsed = ttf_parser::Face::parse(face.file(), 0)
                .map_err(|_| PdfError::Font { name: face.name() })?;
            Ok(Font {
                face: parsed,
                used: GlyphRemapper::new(),
                letters: BTreeMap::new(),
            })
        };
        Ok(Self([
            load(Face::Text)?,
            load(Face::Strong)?,
            load(Face::Code)?,
        ]))
    }

    fn font(&self, face: Face) -> &Font {
        let [text, strong, code] = &self.0;
        match face {
            Face::Text => text,
            Face::Strong => strong,
            Face::Code => code,
        }
    }

    fn font_mut(&mut self, face: Face) -> &mut Font {
        let [text, strong, code] = &mut self.0;
        match face {
            Face::Text => text,
            Face::Strong => strong,
            Face::Code => code,
        }
    }

    /// A text of letters that the font has; others, and what does not show as
    /// itself, are written out.
    pub(super) fn shown(&self, face: Face, text: &str) -> String {
        let font = &self.font(face).face;
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            if is_visible(c) && font.glyph_index(c).is_some() {
                out.push(c);
            } else {
                out.extend(c.escape_unicode());
            }
        }
        out
    }

    /// How wide a letter is, in points.
    pub(super) fn advance(&self, face: Face, size: f32, c: char) -> f32 {
        let font = &self.font(face).face;
        let glyph = font.glyph_index(c).unwrap_or_default();
        f32::from(font.glyph_hor_advance(glyph).unwrap_or(0)) * size
            / f32::from(font.units_per_em())
    }

    /// How wide a text is, in points.
    pub(super) fn width(&self, face: Face, size: f32, text: &str) -> f32 {
        text.chars().map(|c| self.advance(face, size, c)).sum()
    }

    /// The bytes that show a text: two for each letter.
    pub(super) fn encoded(&mut self, face: Face, text: &str) -> Vec<u8> {
        let font = self.font_mut(face);
        let mut bytes = Vec::with_capacity(2 * text.len());
        for c in text.chars() {
            let glyph = font.face.glyph_index(c).unwrap_or_default();
            let number = font.used.remap(glyph.0);
            font.letters.insert(number, c);
            bytes.extend(number.to_be_bytes());
        }
        bytes
    }

    /// Writes the fonts, each cut down to what was [`encoded`](Self::encoded).
    pub(super) fn write(
        &self,
        pdf: &mut Pdf,
        next: &mut impl FnMut() -> Ref,
    ) -> Result<Vec<(Face, Ref)>, PdfError> {
        let write = |face| Ok((face, self.font(face).write(face, pdf, next)?));
        Face::ALL.into_iter().map(write).collect()
    }
}

impl Font {
    /// ISO 32000-1, section 9.7: a composite font whose codes are the numbers of
    /// the glyphs in the embedded file.
    fn write(
        &self,
        face: Face,
        pdf: &mut Pdf,
        next: &mut impl FnMut() -> Ref,
    ) -> Result<Ref, PdfError> {
        let broken = || PdfError::Font { name: face.name() };
        let file = subsetter::subset(face.file(), 0, &self.used).map_err(|_| broken())?;
        let [whole, of_glyphs, descriptor, to_unicode, stream] = std::array::from_fn(|_| next());
        let name = format!("{}+{}", tag(&file), face.name());
        let name = Name(name.as_bytes());
        let system = SystemInfo {
            registry: Str(b"Adobe"),
            ordering: Str(b"Identity"),
            supplement: 0,
        };

        pdf.type0_font(whole)
            .base_font(name)
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(of_glyphs)
            .to_unicode(to_unicode);
        let per_mille = 1000.0 / f32::from(self.face.units_per_em());
        let mut cid = pdf.cid_font(of_glyphs);
        cid.subtype(CidFontType::Type2)
            .base_font(name)
            .system_info(system)
            .font_descriptor(descriptor)
            .default_width(0.0)
            .cid_to_gid_map_predefined(Name(b"Identity"));
        let widths = self.used.remapped_gids().map(|glyph| {
            f32::from(self.face.glyph_hor_advance(GlyphId(glyph)).unwrap_or(0)) * per_mille
        });
        cid.widths().consecutive(0, widths);
        cid.finish();

        let bounds = self.face.global_bounding_box();
        let scaled = |value: i16| f32::from(value) * per_mille;
        let mut flags = FontFlags::NON_SYMBOLIC;
        flags.set(FontFlags::FIXED_PITCH, self.face.is_monospaced());
        pdf.font_descriptor(descriptor)
            .name(name)
            .flags(flags)
            .bbox(Rect::new(
                scaled(bounds.x_min),
                scaled(bounds.y_min),
                scaled(bounds.x_max),
                scaled(bounds.y_max),
            ))
            .italic_angle(0.0)
            .ascent(scaled(self.face.ascender()))
            .descent(scaled(self.face.descender()))
            .cap_height(scaled(self.face.capital_height().unwrap_or(0)))
            .stem_v(face.stem())
            .font_file2(stream);
        let length = i32::try_from(file.len()).map_err(|_| broken())?;
        pdf.stream(stream, &file).pair(Name(b"Length1"), length);

        let mut map = UnicodeCmap::new(Name(b"trailseal"), system);
        for (number, c) in &self.letters {
            map.pair(*number, *c);
        }
        pdf.cmap(to_unicode, &map.finish());
        Ok(whole)
    }
}

/// Six letters that tell subsets of one font from each other (ISO 32000-1, section 9.6.4).
fn tag(file: &[u8]) -> String {
    let hash = Sha256::of(file);
    let letters = hash.as_bytes().iter().take(6);
    letters.map(|byte| char::from(b'A' + byte % 26)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn letters_that_a_font_lacks_are_written_out() {
        let fonts = Fonts::load().unwrap();
        for face in Face::ALL {
            assert_eq!(
                fonts.shown(face, "naïve Ωμέγα Юг 日\u{1b}\u{a0}\u{202e}"),
                r"naïve Ωμέγα Юг \u{65e5}\u{1b}\u{a0}\u{202e}"
            );
        }
    }

    /// Otherwise text that is copied could be another.
    #[test]
    fn no_two_letters_look_the_same_to_a_reader() {
        let fonts = Fonts::load().unwrap();
        for face in Face::ALL {
            let font = &fonts.font(face).face;
            let mut seen = BTreeSet::new();
            for c in ('\0'..=char::MAX).filter(|c| is_visible(*c)) {
                if let Some(glyph) = font.glyph_index(c) {
                    assert!(seen.insert(glyph.0), "{c:?} in {face:?}");
                }
            }
            assert!(seen.len() > 900);
        }
    }

    #[test]
    fn all_that_is_escaped_can_be_shown() {
        let fonts = Fonts::load().unwrap();
        for face in Face::ALL {
            for c in '!'..='~' {
                assert!(fonts.font(face).face.glyph_index(c).is_some());
            }
        }
    }
}
