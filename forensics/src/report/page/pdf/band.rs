//! Bands: slices of a sheet, one below the other, as high as a line.

use super::super::Tone;
use super::cells::Cells;
use super::ink::{Ink, Style};
use super::tree::Element;

/// A slice over the whole width of a sheet. It is never cut.
#[derive(Clone, Debug, Default)]
pub(super) struct Band {
    /// In points.
    pub(super) height: f32,
    pub(super) marks: Vec<Mark>,
    /// The box that it is a part of.
    pub(super) shade: Option<Tone>,
    /// Whether it must not be the last of a sheet.
    pub(super) keep: bool,
    /// Whether a new sheet begins here.
    pub(super) starts_sheet: bool,
    /// The table whose head is repeated above it, if it is the first of a sheet.
    pub(super) table: Option<usize>,
    /// The section that begins here.
    pub(super) section: Option<&'static str>,
}

impl Band {
    pub(super) fn gap(height: f32) -> Self {
        Self {
            height,
            ..Self::default()
        }
    }

    /// Whether it shows nothing.
    pub(super) fn is_blank(&self) -> bool {
        self.marks.is_empty() && self.shade.is_none()
    }

    /// The same once more, for the eye alone.
    pub(super) fn repeated(&self) -> Self {
        let mut band = self.clone();
        band.keep = true;
        for mark in &mut band.marks {
            match mark {
                Mark::Text { of, .. } | Mark::Cells { of, .. } => *of = None,
                Mark::Bar { .. } => {}
            }
        }
        band
    }
}

/// Something on a band. Distances are in points, from the left edge of the sheet and
/// from the top of the band.
#[derive(Clone, Debug)]
pub(super) enum Mark {
    Text {
        left: f32,
        /// To the foot of its letters.
        down: f32,
        style: Style,
        text: String,
        /// What it is a part of; nothing, if it only repeats.
        of: Option<Element>,
    },
    /// A strip of a calendar.
    Cells {
        left: f32,
        width: f32,
        cells: Cells,
        of: Option<Element>,
    },
    /// A bar or a line, for the eye alone.
    Bar {
        left: f32,
        down: f32,
        width: f32,
        height: f32,
        ink: Ink,
    },
}

impl Mark {
    pub(super) fn of(&self) -> Option<Element> {
        match self {
            Self::Text { of, .. } | Self::Cells { of, .. } => *of,
            Self::Bar { .. } => None,
        }
    }
}
