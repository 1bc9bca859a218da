//! What the file says of itself: PDF/A-2a (ISO 19005-2), title, time, identity.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use pdf_writer::types::OutputIntentSubtype;
use pdf_writer::{Date, Finish as _, Name, Pdf, Ref, TextStr};
use trailseal_keys::Sha256;

use super::super::Foot;
use crate::visible::is_visible;

/// Colours are those of screens: sRGB, as Little CMS writes it (`scripts/fonts`).
const PROFILE: &[u8] = include_bytes!("fonts/sRGB.icc");
const PRODUCER: &str = concat!("trailseal ", env!("CARGO_PKG_VERSION"));

/// The title, the time and the identity of the file.
pub(super) struct Description {
    title: String,
    made: Timestamp,
    id: Vec<u8>,
}

impl Description {
    /// Of a page with this title and foot.
    pub(super) fn new(title: &str, foot: &Foot, made: Timestamp) -> Self {
        let mut shown = String::with_capacity(title.len());
        for c in title.chars() {
            if is_visible(c) {
                shown.push(c);
            } else {
                shown.extend(c.escape_unicode());
            }
        }
        let id = Sha256::of(format!("{shown}\n{}\n{}", foot.made, foot.bundle).as_bytes());
        Self {
            title: shown,
            made,
            id: id.as_bytes()[..16].to_vec(),
        }
    }

    /// Writes it; what the catalog has to name of it: metadata and profile.
    pub(super) fn write(&self, pdf: &mut Pdf, next: &mut impl FnMut() -> Ref) -> (Ref, Ref) {
        pdf.set_file_id((self.id.clone(), self.id.clone()));
        pdf.document_info(next())
            .title(TextStr(&self.title))
            .producer(TextStr(PRODUCER))
            .creation_date(self.date());
        let metadata = next();
        pdf.stream(metadata, self.xmp().as_bytes())
            .pair(Name(b"Type"), Name(b"Metadata"))
            .pair(Name(b"Subtype"), Name(b"XML"));
        let profile = next();
        pdf.icc_profile(profile, PROFILE).n(3);
        (metadata, profile)
    }

    fn date(&self) -> Date {
        let at = self.made.to_zoned(TimeZone::UTC);
        let part = |number: i8| u8::try_from(number).unwrap_or(0);
        Date::new(u16::try_from(at.year()).unwrap_or(0))
            .month(part(at.month()))
            .day(part(at.day()))
            .hour(part(at.hour()))
            .minute(part(at.minute()))
            .second(part(at.second()))
            .utc_offset_hour(0)
            .utc_offset_minute(0)
    }

    /// ISO 16684-1; the same title, producer and time as in the information dictionary,
    /// as ISO 19005-2 asks (section 6.6.3).
    fn xmp(&self) -> String {
        let made = self.made.strftime("%Y-%m-%dT%H:%M:%SZ");
        let title = in_xml(&self.title);
        format!(
            r#"<?xpacket begin="{}" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<pdfaid:part>2</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
<dc:format>application/pdf</dc:format>
<dc:language><rdf:Bag><rdf:li>en</rdf:li></rdf:Bag></dc:language>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<pdf:Producer>{PRODUCER}</pdf:Producer>
<xmp:CreateDate>{made}</xmp:CreateDate>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"#,
            '\u{feff}'
        )
    }
}

/// What the colours of the file mean.
pub(super) fn output_intent(catalog: &mut pdf_writer::writers::Catalog<'_>, profile: Ref) {
    let mut intents = catalog.output_intents();
    intents
        .push()
        .subtype(OutputIntentSubtype::PDFA)
        .output_condition_identifier(TextStr("sRGB IEC61966-2.1"))
        .info(TextStr("sRGB IEC61966-2.1"))
        .dest_output_profile(profile);
    intents.finish();
}

fn in_xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_no_markup() {
        let made = "2026-03-12T09:00:00Z".parse().unwrap();
        let about = Description::new("</rdf:li> & \u{1b}", &Foot::default(), made);
        let xmp = about.xmp();
        assert!(xmp.contains("&lt;/rdf:li&gt; &amp; \\u{1b}"), "{xmp}");
        assert!(xmp.contains("2026-03-12T09:00:00Z"));
    }
}
