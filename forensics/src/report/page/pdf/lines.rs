//! Text in lines of a width.

use super::font::Fonts;
use super::ink::Style;

/// A text that is [shown](Fonts::shown), in lines that fit a width. Broken at spaces,
/// and in longer words after a slash, else after another sign, or anywhere if there
/// is none. A space that a line was broken at stays at its end, so that words are two
/// in text that is copied.
pub(super) fn wrapped(fonts: &Fonts, style: Style, width: f32, text: &str) -> Vec<String> {
    let text = fonts.shown(style.face, text);
    let of = |part: &str| fonts.width(style.face, style.size, part);
    let space = of(" ");
    let mut lines = Vec::new();
    let (mut line, mut used) = (String::new(), 0.0);
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            let wide = of(word);
            if used + space + wide <= width {
                line.push(' ');
                line.push_str(word);
                used += space + wide;
                continue;
            }
            line.push(' ');
            lines.push(std::mem::take(&mut line));
        }
        let mut rest = word;
        while let Some(at) = cut(fonts, style, width, rest) {
            let (head, tail) = rest.split_at(at);
            lines.push(head.to_owned());
            rest = tail;
        }
        line.push_str(rest);
        used = of(rest);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// Where to cut a word that is too long, at least one letter in.
fn cut(fonts: &Fonts, style: Style, width: f32, word: &str) -> Option<usize> {
    let mut used = 0.0;
    let mut fits = 0;
    let (mut slash, mut sign) = (None, None);
    for (position, c) in word.char_indices() {
        used += fonts.advance(style.face, style.size, c);
        if used > width && fits > 0 {
            // One near the beginning would waste the line.
            let far = |at: &usize| *at * 2 > fits;
            return slash.filter(far).or(sign.filter(far)).or(Some(fits));
        }
        fits = position + c.len_utf8();
        match c {
            '/' => slash = Some(fits),
            '_' | '-' | ':' | ',' | '.' | '=' | '&' => sign = Some(fits),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn long_names_break_after_slashes() {
        let fonts = Fonts::load().unwrap();
        let lines = wrapped(
            &fonts,
            Style::CODE,
            80.0,
            "s3://bucket/some/where/file.gz 日",
        );
        assert_eq!(lines, ["s3://bucket/some/", "where/file.gz ", r"\u{65e5}"]);
    }

    proptest! {
        #[test]
        fn any_text_fits_and_none_is_lost(text: String) {
            let fonts = Fonts::load().unwrap();
            for style in [Style::BODY, Style::CODE] {
                let lines = wrapped(&fonts, style, 60.0, &text);
                for line in &lines {
                    let line = line.trim_end();
                    let fits = fonts.width(style.face, style.size, line) <= 60.01;
                    prop_assert!(fits || line.chars().count() == 1, "{line}");
                }
                let bare = |text: &str| text.replace(' ', "");
                prop_assert_eq!(bare(&lines.concat()), bare(&fonts.shown(style.face, &text)));
            }
        }
    }
}
