//! A page of text: indented, wrapped, and coloured where that is wanted.

use trailseal_verifier::verdict::Answer;

use super::text::{COLUMNS, wrap};

/// Whether to colour. Colour only repeats what the words say.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Colour {
    /// Plain text.
    Off,
    /// ANSI colours.
    On,
}

/// What a colour stands for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Ink {
    Bad,
    Doubtful,
    Good,
    Strong,
}

impl From<Answer> for Ink {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Verified => Self::Good,
            Answer::Unchecked => Self::Doubtful,
            Answer::Failed => Self::Bad,
        }
    }
}

/// Text under construction. What goes in is escaped already.
pub(crate) struct Page {
    text: String,
    colour: Colour,
}

impl Page {
    pub(crate) fn new(colour: Colour) -> Self {
        Self {
            text: String::new(),
            colour,
        }
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// The words in this colour.
    pub(crate) fn ink(&self, ink: Ink, words: &str) -> String {
        let code = match ink {
            Ink::Bad => "1;31",
            Ink::Doubtful => "33",
            Ink::Good => "32",
            Ink::Strong => "1",
        };
        match self.colour {
            Colour::Off => words.to_owned(),
            Colour::On => format!("\x1b[{code}m{words}\x1b[0m"),
        }
    }

    /// One line as it is, but for spaces at its end.
    pub(crate) fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// A blank line and a heading.
    pub(crate) fn heading(&mut self, name: &str, rest: &str) {
        let name = self.ink(Ink::Strong, name);
        self.line("");
        self.line(&format!("{name}  {rest}"));
    }

    /// A paragraph, indented; its further lines two columns more.
    pub(crate) fn paragraph(&mut self, indent: usize, text: &str) {
        self.hanging(indent, indent + 2, text);
    }

    /// Text whose first line and whose further lines are indented so far.
    pub(crate) fn hanging(&mut self, first: usize, others: usize, text: &str) {
        let mut margin = first;
        for line in wrap(text, COLUMNS - first, COLUMNS - others) {
            self.line(&format!("{:margin$}{line}", ""));
            margin = others;
        }
    }

    /// A label and a text beside it, whose further lines start below the first.
    /// The label may be coloured: its width is that of the column.
    pub(crate) fn beside(
        &mut self,
        indent: usize,
        label: (&str, Option<Ink>),
        column: usize,
        text: &str,
    ) {
        let (words, ink) = label;
        let start = indent + column;
        let padding = column.saturating_sub(words.chars().count()).max(1);
        let shown = ink.map_or_else(|| words.to_owned(), |ink| self.ink(ink, words));
        let mut lines = wrap(text, COLUMNS - start, COLUMNS - start).into_iter();
        let first = lines.next().unwrap_or_default();
        self.line(&format!("{:indent$}{shown}{:padding$}{first}", "", ""));
        for line in lines {
            self.line(&format!("{:start$}{line}", ""));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stay_in_their_column() {
        let mut page = Page::new(Colour::Off);
        page.beside(2, ("keys", None), 8, &"word ".repeat(30));
        let text = page.into_text();
        let lines: Vec<_> = text.lines().collect();
        assert!(lines[0].starts_with("  keys    word") && lines[1].starts_with("          word"));
        assert!(lines.iter().all(|line| line.len() <= COLUMNS));
    }

    #[test]
    fn a_paragraph_hangs_and_loses_nothing() {
        let key = format!("s3://bucket/AWSLogs/{}/file.json.gz", "folder/".repeat(20));
        let mut page = Page::new(Colour::Off);
        page.paragraph(4, &key);
        let text = page.into_text();
        assert_eq!(text.split_whitespace().collect::<String>(), key);
        assert!(text.lines().count() > 1 && text.lines().all(|line| line.len() <= COLUMNS));
        assert!(text.lines().nth(1).unwrap().starts_with("      "));
    }

    #[test]
    fn colour_is_off_or_on() {
        assert_eq!(Page::new(Colour::Off).ink(Ink::Bad, "FAILED"), "FAILED");
        assert_eq!(
            Page::new(Colour::On).ink(Ink::Bad, "FAILED"),
            "\x1b[1;31mFAILED\x1b[0m"
        );
    }
}
