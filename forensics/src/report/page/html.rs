//! A page of HTML: one file, nothing outside it, no script.
//!
//! Every text goes through [`Writer::text`]: markup in it is shown, and what does
//! not show as itself is written out. A policy in the head forbids scripts and
//! whatever lies outside, should a text ever get through.

use trailseal_verifier::coverage::State;

use super::super::scale::{SIGNS, sign};
use super::super::text::{count, counted};
use super::{Banner, Block, Findings, Notice, Page, Strips, Table, Tone, word};
use crate::visible::is_visible;

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
        let mut in_section = false;
        for block in &self.blocks {
            if let Block::Heading(name) = block {
                out.raw(if in_section {
                    "</section>\n<section>\n"
                } else {
                    "<section>\n"
                });
                in_section = true;
                out.element("h2", "", name);
            } else {
                out.block(block);
            }
        }
        if in_section {
            out.raw("</section>\n");
        }
        out.raw("</main>\n<footer>");
        out.text(&self.foot);
        out.raw("</footer>\n</body>\n</html>\n");
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
            Block::Heading(name) => self.element("h2", "", name),
            Block::Paragraph(text) => self.element("p", "", text),
            Block::Notice(notice) => self.notice(notice),
            Block::Fields(fields) => self.fields(fields),
            Block::Table(table) => self.table(table),
            Block::Strips(strips) => self.strips(strips),
            Block::Findings(findings) => self.findings(findings),
        }
    }

    fn banner(&mut self, banner: &Banner) {
        self.open("div", &format!("banner {}", class(banner.answer.into())));
        self.element("p", "word", banner.word);
        self.element("p", "sentence", &banner.sentence);
        self.element("p", "state", &banner.state);
        self.close("div");
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
            self.element("dd", "", text);
        }
        self.close("dl");
    }

    fn table(&mut self, table: &Table) {
        self.raw("<div class=\"wide\"><table>\n<thead><tr>");
        for name in &table.head {
            self.raw("<th scope=\"col\">");
            self.text(name);
            self.raw("</th>");
        }
        self.raw("</tr></thead>\n<tbody>\n");
        for row in &table.rows {
            self.raw("<tr>");
            for cell in row {
                self.raw("<td>");
                self.text(cell);
                self.raw("</td>");
            }
            self.raw("</tr>\n");
        }
        self.raw("</tbody></table></div>\n");
        if table.more > 0 {
            let more = count(table.more as u64);
            self.element(
                "p",
                "more",
                &format!("and {more} more, in data/report.json"),
            );
        }
    }

    /// A strip is text, so that it can be read aloud, searched and copied; its
    /// label says the share in words.
    fn strips(&mut self, strips: &Strips) {
        self.open("figure", "");
        self.element("figcaption", "", &strips.title);
        if !strips.rows.is_empty() {
            self.raw("<div class=\"wide\"><table class=\"strips\">\n<thead><tr><th scope=\"col\">chain</th><th scope=\"col\"><pre>");
            self.text(&strips.ticks);
            self.raw("</pre></th><th scope=\"col\">proved</th></tr></thead>\n<tbody>\n");
            for row in &strips.rows {
                self.raw("<tr><th scope=\"row\">");
                self.text(&row.label);
                self.raw("</th><td><pre>");
                for (state, cells) in &row.runs {
                    self.run(*state, *cells);
                }
                self.raw("</pre></td><td>");
                self.text(&row.share);
                self.raw("</td></tr>\n");
            }
            self.raw("</tbody></table></div>\n");
        }
        if let Some(rest) = &strips.rest {
            self.element("p", "more", rest);
        }
        self.close("figure");
    }

    fn run(&mut self, state: Option<State>, cells: usize) {
        let signs = sign(state).to_string().repeat(cells);
        let Some(state) = state else {
            self.raw(&signs);
            return;
        };
        let name = SIGNS
            .iter()
            .find(|(known, ..)| *known == state)
            .map_or("", |(.., name)| name);
        self.raw("<span class=\"");
        self.raw(match state {
            State::Proved => "good",
            State::Failed => "bad",
            State::Unchecked | State::Uncovered | State::NotYetDue => "doubtful",
        });
        self.raw("\" title=\"");
        self.raw(name);
        self.raw("\">");
        self.text(&signs);
        self.raw("</span>");
    }

    fn findings(&mut self, findings: &Findings) {
        self.open(
            "div",
            &format!("findings {}", class(findings.answer.into())),
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
            foot: String::new(),
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
