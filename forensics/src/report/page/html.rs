//! A page of HTML: one file, nothing outside it, no script.
//!
//! Every text goes through [`Writer::text`]: markup in it is shown, and what does
//! not show as itself is written out. A policy in the head forbids scripts and
//! whatever lies outside, should a text ever get through.

use trailseal_verifier::coverage::State;

use super::super::scale::SIGNS;
use super::super::text::{count, counted};
use super::coverage::LEGEND;
use super::{
    Banner, Block, Findings, Notice, Number, Page, Strip, Strips, Table, Tone, is_code, name, word,
};
use crate::visible::is_visible;

/// Findings that a browser lays out without being felt to.
const MANY: usize = 100;
const STYLE: &str = include_str!("style.css");

impl Page {
    /// The page as HTML.
    pub fn html(&self) -> String {
        let mut out = Writer::default();
        out.raw(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
             style-src 'unsafe-inline'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<title>",
        );
        out.text(&self.title);
        out.raw("</title>\n<style>\n");
        out.raw(STYLE);
        out.raw("</style>\n</head>\n<body>\n<header><h1>");
        out.text(&self.title);
        out.raw("</h1></header>\n<main>\n");
        let (mut in_section, mut starts_sheet) = (false, false);
        for block in &self.blocks {
            if let Block::Heading(name) = block {
                if in_section {
                    out.close("section");
                }
                let starts_sheet = std::mem::take(&mut starts_sheet);
                out.open("section", if starts_sheet { "sheet" } else { "" });
                in_section = true;
                out.element("h2", "", name);
            } else if let Block::Sheet = block {
                starts_sheet = true;
            } else {
                out.block(block);
            }
        }
        if in_section {
            out.raw("</section>\n");
        }
        out.raw("</main>\n<footer>");
        out.element("p", "", &self.foot.made);
        out.raw("<p>");
        out.value(&self.foot.bundle);
        out.raw("</p>\n</footer>\n</body>\n</html>\n");
        out.0
    }
}

#[derive(Default)]
struct Writer(String);

impl Writer {
    /// Markup of ours.
    fn raw(&mut self, markup: &str) {
        self.0.push_str(markup);
    }

    /// Anything else.
    fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.raw("&amp;"),
                '<' => self.raw("&lt;"),
                '>' => self.raw("&gt;"),
                '"' => self.raw("&quot;"),
                '\'' => self.raw("&#39;"),
                c if is_visible(c) => self.0.push(c),
                c => self.0.extend(c.escape_unicode()),
            }
        }
    }

    /// A text, in letters of one width if it is compared rather than read.
    fn value(&mut self, text: &str) {
        if is_code(text) {
            self.raw("<code>");
            self.text(text);
            self.raw("</code>");
        } else {
            self.text(text);
        }
    }

    fn element(&mut self, name: &str, class: &str, text: &str) {
        self.open(name, class);
        self.text(text);
        self.close(name);
    }

    fn open(&mut self, name: &str, class: &str) {
        self.0.push('<');
        self.raw(name);
        if !class.is_empty() {
            self.raw(" class=\"");
            self.raw(class);
            self.raw("\"");
        }
        self.0.push('>');
    }

    fn close(&mut self, name: &str) {
        self.raw("</");
        self.raw(name);
        self.raw(">\n");
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Banner(banner) => self.banner(banner),
            Block::Numbers(numbers) => self.numbers(numbers),
            Block::Heading(name) => self.element("h2", "", name),
            Block::Subheading(name) => self.element("h3", "", name),
            Block::Sheet => {}
            Block::Paragraph(text) => self.element("p", "", text),
            Block::Notice(notice) => self.notice(notice),
            Block::Fields(fields) => self.fields(fields),
            Block::Table(table) => self.table(table),
            Block::Legend => self.legend(),
            Block::Strips(strips) => self.strips(strips),
            Block::Findings(findings) => self.findings(findings),
            Block::Form(lines) => {
                for line in lines {
                    self.element("p", "form", line);
                }
            }
        }
    }

    fn banner(&mut self, banner: &Banner) {
        self.open("div", &format!("banner {}", class(banner.answer.into())));
        self.element("p", "word", banner.word);
        self.element("p", "sentence", &banner.sentence);
        self.element("p", "state", &banner.state);
        self.close("div");
    }

    fn numbers(&mut self, numbers: &[Number]) {
        self.open("ul", "numbers");
        for number in numbers {
            self.open("li", class(number.tone));
            self.element("strong", "", &number.value);
            self.element("span", "", &number.label);
            self.close("li");
        }
        self.close("ul");
    }

    fn notice(&mut self, notice: &Notice) {
        self.open("div", &format!("notice {}", class(notice.tone)));
        self.element("h2", "", notice.title);
        self.open("ul", "");
        for item in &notice.items {
            self.element("li", "", item);
        }
        self.close("ul");
        self.close("div");
    }

    fn fields(&mut self, fields: &[(String, String)]) {
        self.open("dl", "");
        for (name, text) in fields {
            self.element("dt", "", name);
            self.raw("<dd>");
            self.value(text);
            self.raw("</dd>\n");
        }
        self.close("dl");
    }

    fn table(&mut self, table: &Table) {
        // Roles, because on a small screen rows are laid out as cards.
        self.raw("<table role=\"table\">\n<thead role=\"rowgroup\"><tr role=\"row\">");
        for name in &table.head {
            self.raw("<th scope=\"col\" role=\"columnheader\">");
            self.text(name);
            self.raw("</th>");
        }
        self.raw("</tr></thead>\n<tbody role=\"rowgroup\">\n");
        for row in &table.rows {
            self.raw("<tr role=\"row\">");
            for (cell, name) in row.iter().zip(&table.head) {
                self.raw("<td role=\"cell\" data-head=\"");
                self.text(name);
                self.raw("\">");
                self.value(cell);
                self.raw("</td>");
            }
            self.raw("</tr>\n");
        }
        self.raw("</tbody></table>\n");
        if table.more > 0 {
            let more = count(table.more as u64);
            self.element(
                "p",
                "more",
                &format!("and {more} more, in data/report.json"),
            );
        }
    }

    fn strips(&mut self, strips: &Strips) {
        self.open("figure", "");
        self.element("figcaption", "", &strips.title);
        if !strips.rows.is_empty() {
            self.raw("<div class=\"dates\" aria-hidden=\"true\">");
            // On the smallest screen, a date takes as much as a quarter of a strip.
            let quarter = strips.cells.div_ceil(4);
            for (column, date) in strips.dates_with_room(|_| quarter) {
                let left = percent(column, strips.cells);
                self.raw(&format!("<span style=\"left:{left}%\">"));
                self.text(date);
                self.raw("</span>");
            }
            self.raw("</div>\n");
            self.open("ul", "strips");
            for row in &strips.rows {
                self.open("li", "");
                self.element("span", "chain", &row.label);
                self.element("span", "share", &row.share);
                if !row.runs.is_empty() {
                    self.strip(row, strips);
                }
                self.close("li");
            }
            self.close("ul");
        }
        if let Some(rest) = &strips.rest {
            self.element("p", "more", rest);
        }
        self.close("figure");
    }

    /// A picture of a strip, ten units a column and twenty high. Its text is what
    /// it shows.
    fn strip(&mut self, row: &Strip, strips: &Strips) {
        self.raw(&format!(
            "<svg viewBox=\"0 0 {} 20\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"",
            10 * strips.cells
        ));
        self.text(&row.described(&strips.slice));
        self.raw("\">");
        let mut column = 0;
        for (state, cells) in &row.runs {
            if let Some(state) = state {
                self.run(*state, 10 * column, *cells);
            }
            column += cells;
        }
        self.raw("<path class=\"day\" d=\"");
        for (column, _) in strips.dates.iter().filter(|(column, _)| *column > 0) {
            self.raw(&format!("M{} 0V20", 10 * column));
        }
        self.raw("\"/></svg>\n");
    }

    /// States differ in shape as well as in colour.
    fn run(&mut self, state: State, x: usize, cells: usize) {
        let width = 10 * cells;
        let bar = |class: &str, y: usize| {
            let height = 20 - y;
            format!(
                "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>"
            )
        };
        self.raw("<g>");
        self.element("title", "", name(state));
        self.raw(&match state {
            State::Proved => bar("good", 0),
            State::Failed => bar("bad", 0),
            State::Unchecked => bar("doubtful", 10),
            State::Uncovered => bar("doubtful hollow", 0),
            State::NotYetDue => bar("faint", 17),
        });
        if state == State::Failed {
            self.raw("<path class=\"cross\" d=\"");
            for cell in 0..cells {
                let x = x + 10 * cell;
                let (left, right) = (x + 2, x + 8);
                self.raw(&format!("M{left} 5L{right} 15M{left} 15L{right} 5"));
            }
            self.raw("\"/>");
        }
        self.raw("</g>");
    }

    /// What the shapes of strips mean.
    fn legend(&mut self) {
        self.open("ul", "legend");
        for (state, _, name) in SIGNS.iter().rev() {
            self.raw("<li><svg viewBox=\"0 0 10 20\" aria-hidden=\"true\">");
            self.run(*state, 0, 1);
            self.raw("</svg>");
            self.text(name);
            self.raw("</li>\n");
        }
        self.close("ul");
        self.element("p", "more", LEGEND);
    }

    fn findings(&mut self, findings: &Findings) {
        // Then browsers draw only those that are looked at.
        let many = if findings.items.len() > MANY {
            "many "
        } else {
            ""
        };
        self.open(
            "div",
            &format!("findings {many}{}", class(findings.answer.into())),
        );
        self.open("h3", "");
        self.element("span", "word", &word(findings.answer).to_lowercase());
        self.text(&format!(
            " {}, {}",
            findings.code,
            counted(findings.count, "finding")
        ));
        self.close("h3");
        self.element("p", "", findings.description);
        self.element(
            "p",
            "next",
            &format!("What to do next: {}", findings.next_step),
        );
        self.open("ol", "");
        for item in &findings.items {
            self.raw("<li><code>");
            self.text(&item.object);
            self.raw("</code><br>");
            self.text(&item.detail);
            if let Some(time) = &item.time {
                self.raw("<br>");
                self.text(time);
            }
            self.raw("</li>\n");
        }
        self.close("ol");
        if findings.more > 0 {
            let more = count(findings.more);
            self.element(
                "p",
                "more",
                &format!("and {more} more, in data/report.json and data/objects.jsonl"),
            );
        }
        self.close("div");
    }
}

/// A share in hundredths, cut off to thousandths of the whole.
fn percent(part: usize, all: usize) -> String {
    let thousandths = part * 1000 / all.max(1);
    format!("{}.{}", thousandths / 10, thousandths % 10)
}

fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Bad => "bad",
        Tone::Doubtful => "doubtful",
        Tone::Good => "good",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Foot;
    use super::*;

    #[test]
    fn markup_in_a_text_is_shown() {
        let mut out = Writer::default();
        out.element("p", "", "<script>alert('x')</script> &amp; \"y\"\u{202e}\n");
        assert_eq!(
            out.0,
            "<p>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp;amp; &quot;y&quot;\\u{202e}\\u{a}</p>\n"
        );
    }

    #[test]
    fn nothing_is_outside_the_file() {
        let page = Page {
            title: "t".to_owned(),
            foot: Foot::default(),
            blocks: Vec::new(),
        };
        let html = page.html();
        for reference in [
            "http:", "https:", "src=", "@import", "url(", "<script", "<link",
        ] {
            assert!(!html.contains(reference), "{reference}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_markup(text: String) {
            let mut out = Writer::default();
            out.text(&text);
            prop_assert!(!out.0.contains(['<', '>', '"', '\'']));
            prop_assert!(out.0.chars().all(is_visible));
        }
    }
}
