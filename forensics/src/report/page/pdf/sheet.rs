//! Lines on sheets of paper.

use super::layout::Line;
use super::{SIZE, TOP};

/// From one line to the next, in points.
const LEADING: f32 = 10.4;
/// Where the last line of a sheet may stand.
const BOTTOM: f32 = 62.0;

/// Lines and where each stands.
pub(super) struct Sheet {
    pub(super) lines: Vec<(Line, f32)>,
}

/// Fills sheets from top to bottom. Lines that belong to the next are not left
/// behind.
pub(super) fn sheets(lines: Vec<Line>) -> Vec<Sheet> {
    let mut sheets = Vec::new();
    let mut sheet = Sheet { lines: Vec::new() };
    let mut y = TOP;
    for line in lines {
        if y < BOTTOM {
            let kept = sheet
                .lines
                .iter()
                .rev()
                .take_while(|(line, _)| line.keep)
                .count();
            let rest = match sheet.lines.len() - kept {
                // All of it belongs together: it is cut somewhere.
                0 => Vec::new(),
                end => sheet.lines.split_off(end),
            };
            sheets.push(std::mem::replace(&mut sheet, Sheet { lines: Vec::new() }));
            y = TOP;
            for (line, _) in rest {
                sheet.lines.push((line, y));
                y -= LEADING;
            }
        }
        let is_blank = line.runs.is_empty() && line.heading.is_none();
        if is_blank && sheet.lines.is_empty() {
            continue;
        }
        let step = LEADING * line.size() / SIZE;
        sheet.lines.push((line, y));
        y -= step.min(LEADING * 1.2);
    }
    sheets.push(sheet);
    sheets
}

#[cfg(test)]
mod tests {
    use super::super::layout::Ink;
    use super::*;

    #[test]
    fn a_heading_goes_with_what_it_heads() {
        let mut lines = vec![Line::of(Ink::Plain, "x"); 69];
        let mut heading = Line::of(Ink::Plain, "HEADING");
        heading.keep = true;
        lines.push(heading);
        lines.push(Line::of(Ink::Plain, "below"));
        let sheets = sheets(lines);
        assert_eq!(sheets.len(), 2);
        assert_eq!(sheets[1].lines[0].0.runs[0].text, "HEADING");
        assert_eq!(sheets[1].lines.len(), 2);
    }

    #[test]
    fn no_line_is_lost() {
        let sheets = sheets(vec![Line::of(Ink::Plain, "x").clone(); 1_000]);
        let lines: usize = sheets.iter().map(|sheet| sheet.lines.len()).sum();
        assert_eq!(lines, 1_000);
        assert!(
            sheets
                .iter()
                .flat_map(|sheet| &sheet.lines)
                .all(|(_, y)| *y > 50.0)
        );
    }
}
