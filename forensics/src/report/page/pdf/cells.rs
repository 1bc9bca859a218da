//! A strip of coverage. States differ in shape as well as in colour: a strip can be
//! read on paper that is printed in grey, and by whoever sees no colours.

use pdf_writer::Content;
use trailseal_verifier::coverage::State;

use super::ink::Ink;

/// What a strip is high, in points.
pub(super) const HEIGHT: f32 = 9.0;
/// How far the strip begins below the top of its band.
pub(super) const DOWN: f32 = 1.5;

/// Runs of equal columns, and how many columns the whole calendar has.
#[derive(Clone, Debug)]
pub(super) struct Cells {
    pub(super) runs: Vec<(Option<State>, usize)>,
    pub(super) of: usize,
    /// Columns in which a day, month or year begins.
    pub(super) dates: Vec<usize>,
}

impl Cells {
    /// Draws it over a width, up from a bottom.
    pub(super) fn draw(&self, content: &mut Content, left: f32, bottom: f32, width: f32) {
        let step = width / number(self.of.max(1));
        let mut column = 0;
        for (state, cells) in &self.runs {
            let x = left + number(column) * step;
            column += cells;
            if let Some(state) = state {
                run(content, *state, *cells, [x, bottom], step);
            }
        }
        let [r, g, b] = Ink::White.rgb();
        content.set_stroke_rgb(r, g, b).set_line_width(0.7);
        for column in self.dates.iter().filter(|column| **column > 0) {
            let x = left + number(*column) * step;
            content
                .move_to(x, bottom)
                .line_to(x, bottom + HEIGHT)
                .stroke();
        }
    }
}

fn run(content: &mut Content, state: State, cells: usize, [x, y]: [f32; 2], step: f32) {
    let wide = number(cells) * step;
    let fill = |content: &mut Content, ink: Ink| {
        let [r, g, b] = ink.rgb();
        content.set_fill_rgb(r, g, b);
    };
    match state {
        State::Proved => {
            fill(content, Ink::Good);
            content.rect(x, y, wide, HEIGHT).fill_nonzero();
        }
        State::Failed => {
            fill(content, Ink::Bad);
            content.rect(x, y, wide, HEIGHT).fill_nonzero();
            // A cross in each: something contradicts.
            let [r, g, b] = Ink::White.rgb();
            content.set_stroke_rgb(r, g, b).set_line_width(0.9);
            let across = (step * 0.5).min(HEIGHT * 0.25);
            for cell in 0..cells {
                let (cx, cy) = (x + (number(cell) + 0.5) * step, y + HEIGHT / 2.0);
                for slope in [1.0, -1.0] {
                    content
                        .move_to(cx - across * 0.8, cy - slope * across)
                        .line_to(cx + across * 0.8, cy + slope * across)
                        .stroke();
                }
            }
        }
        State::Unchecked => {
            fill(content, Ink::Doubtful);
            content.rect(x, y, wide, HEIGHT * 0.5).fill_nonzero();
        }
        State::Uncovered => {
            let [r, g, b] = Ink::Doubtful.rgb();
            content.set_stroke_rgb(r, g, b).set_line_width(0.8);
            content
                .rect(x + 0.4, y + 0.4, wide - 0.8, HEIGHT - 0.8)
                .stroke();
        }
        State::NotYetDue => {
            fill(content, Ink::Faint);
            content.rect(x, y, wide, 1.2).fill_nonzero();
        }
    }
}

/// Columns as points: there are some dozens.
pub(super) fn number(columns: usize) -> f32 {
    f32::from(u16::try_from(columns).unwrap_or(u16::MAX))
}
