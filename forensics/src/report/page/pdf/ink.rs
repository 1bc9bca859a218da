//! Colours and letters: few, so that pages look as one.

use super::super::Tone;
use super::font::Face;

/// What a colour stands for; words always say the same.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Ink {
    Bad,
    Doubtful,
    Faint,
    Good,
    Line,
    Plain,
    White,
}

impl Ink {
    /// Dark enough to be read on paper that is printed in grey.
    pub(super) fn rgb(self) -> [f32; 3] {
        match self {
            Self::Bad => [0.66, 0.06, 0.06],
            Self::Doubtful => [0.48, 0.32, 0.0],
            Self::Faint => [0.35, 0.35, 0.35],
            Self::Good => [0.04, 0.42, 0.18],
            Self::Line => [0.75, 0.75, 0.75],
            Self::Plain => [0.0, 0.0, 0.0],
            Self::White => [1.0, 1.0, 1.0],
        }
    }
}

impl From<Tone> for Ink {
    fn from(tone: Tone) -> Self {
        match tone {
            Tone::Bad => Self::Bad,
            Tone::Doubtful => Self::Doubtful,
            Tone::Good => Self::Good,
        }
    }
}

/// The background of a box, light enough for text of any ink.
pub(super) fn shade(tone: Tone) -> [f32; 3] {
    match tone {
        Tone::Bad => [0.986, 0.938, 0.936],
        Tone::Doubtful => [0.985, 0.958, 0.906],
        Tone::Good => [0.930, 0.966, 0.940],
    }
}

/// How letters look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Style {
    pub(super) face: Face,
    /// In points.
    pub(super) size: f32,
    pub(super) ink: Ink,
}

impl Style {
    pub(super) const TITLE: Self = Self::new(Face::Text, 11.0, Ink::Faint);
    pub(super) const WORD: Self = Self::new(Face::Strong, 22.0, Ink::Plain);
    pub(super) const SENTENCE: Self = Self::new(Face::Strong, 11.0, Ink::Plain);
    pub(super) const NUMBER: Self = Self::new(Face::Strong, 15.0, Ink::Plain);
    pub(super) const HEADING: Self = Self::new(Face::Strong, 13.0, Ink::Plain);
    pub(super) const SUBHEADING: Self = Self::new(Face::Strong, 9.5, Ink::Plain);
    pub(super) const BODY: Self = Self::new(Face::Text, 9.0, Ink::Plain);
    pub(super) const CELL: Self = Self::new(Face::Text, 8.0, Ink::Plain);
    pub(super) const HEAD: Self = Self::new(Face::Strong, 8.0, Ink::Faint);
    pub(super) const CODE: Self = Self::new(Face::Code, 7.4, Ink::Plain);
    pub(super) const NOTE: Self = Self::new(Face::Text, 8.0, Ink::Faint);
    pub(super) const DATE: Self = Self::new(Face::Text, 6.5, Ink::Faint);
    pub(super) const FOOT: Self = Self::new(Face::Text, 6.8, Ink::Faint);
    pub(super) const FOOT_CODE: Self = Self::new(Face::Code, 6.2, Ink::Faint);

    const fn new(face: Face, size: f32, ink: Ink) -> Self {
        Self { face, size, ink }
    }

    pub(super) fn of(self, ink: Ink) -> Self {
        Self { ink, ..self }
    }

    /// From one line to the next, in points.
    pub(super) fn leading(self) -> f32 {
        self.size * 1.36
    }

    /// From the top of a line to the foot of its letters.
    pub(super) fn drop(self) -> f32 {
        self.size * 1.05
    }
}
