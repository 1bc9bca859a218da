//! Bands on sheets of paper.

use super::band::Band;
use super::{BOTTOM, TOP};

/// Bands, each with where its top is.
#[derive(Default)]
pub(super) struct Sheet {
    pub(super) bands: Vec<(Band, f32)>,
}

/// Fills sheets from top to bottom. Bands that belong to the next are not left
/// behind, and a table that goes on has its head again.
pub(super) fn sheets(bands: Vec<Band>, heads: &[Vec<Band>]) -> Vec<Sheet> {
    let mut sheets = Vec::new();
    let mut sheet = Filling::default();
    for band in bands {
        while sheet.is_full_for(&band) {
            let rest = sheet.split_off_kept();
            sheets.push(sheet.finish());
            sheet = Filling::default();
            let first = rest.first().unwrap_or(&band);
            let head = first.table.and_then(|table| heads.get(table));
            if let Some(head) = head.filter(|head| leaves_room(head)) {
                for repeated in head.iter().map(Band::repeated) {
                    sheet.put(repeated);
                }
            }
            for kept in rest {
                sheet.put(kept);
            }
        }
        // Nothing begins with a gap.
        if !(band.is_blank() && sheet.bands.is_empty()) {
            sheet.put(band);
        }
    }
    sheets.push(sheet.finish());
    sheets
}

/// Whether the head of a table is no more than a part of a sheet.
fn leaves_room(head: &[Band]) -> bool {
    let height: f32 = head.iter().map(|band| band.height).sum();
    2.0 * height < TOP - BOTTOM
}

struct Filling {
    bands: Vec<(Band, f32)>,
    y: f32,
}

impl Default for Filling {
    fn default() -> Self {
        Self {
            bands: Vec::new(),
            y: TOP,
        }
    }
}

impl Filling {
    fn is_full_for(&self, band: &Band) -> bool {
        !self.bands.is_empty() && (band.starts_sheet || self.y - band.height < BOTTOM)
    }

    fn put(&mut self, band: Band) {
        let top = self.y;
        self.y -= band.height;
        self.bands.push((band, top));
    }

    /// What must not stay behind, unless that is all: then it is cut here.
    fn split_off_kept(&mut self) -> Vec<Band> {
        let kept = self.bands.iter().rev();
        let kept = kept.take_while(|(band, _)| band.keep).count();
        match self.bands.len() - kept {
            0 => Vec::new(),
            end => {
                let rest = self.bands.split_off(end);
                rest.into_iter().map(|(band, _)| band).collect()
            }
        }
    }

    fn finish(self) -> Sheet {
        Sheet { bands: self.bands }
    }
}

#[cfg(test)]
mod tests {
    use super::super::band::Mark;
    use super::super::ink::Ink;
    use super::*;

    fn band(height: f32) -> Band {
        Band {
            height,
            marks: vec![Mark::Bar {
                left: 0.0,
                down: 0.0,
                width: 1.0,
                height: 1.0,
                ink: Ink::Line,
            }],
            ..Band::default()
        }
    }

    fn room() -> usize {
        let mut bands = 0;
        let mut y = TOP;
        while y - 10.0 >= BOTTOM {
            y -= 10.0;
            bands += 1;
        }
        bands
    }

    #[test]
    fn a_heading_goes_with_what_it_heads() {
        let mut bands = vec![band(10.0); room() - 1];
        bands.push(Band {
            keep: true,
            ..band(10.0)
        });
        bands.push(band(10.0));
        let sheets = sheets(bands, &[]);
        let counts: Vec<_> = sheets.iter().map(|sheet| sheet.bands.len()).collect();
        assert_eq!(counts, [room() - 1, 2]);
        assert!(sheets[1].bands[0].0.keep);
    }

    #[test]
    fn no_band_is_lost_and_none_hangs_over() {
        let bands = vec![band(7.5); 1_000];
        let sheets = sheets(bands, &[]);
        let bands: Vec<_> = sheets.iter().flat_map(|sheet| &sheet.bands).collect();
        assert_eq!(bands.len(), 1_000);
        assert!(bands.iter().all(|(_, top)| top - 7.5 >= BOTTOM));
    }

    #[test]
    fn what_belongs_together_and_has_no_room_is_cut() {
        let bands = vec![
            Band {
                keep: true,
                ..band(10.0)
            };
            1_000
        ];
        let sheets = sheets(bands, &[]);
        let all: usize = sheets.iter().map(|sheet| sheet.bands.len()).sum();
        assert_eq!(all, 1_000);
    }

    #[test]
    fn the_head_of_a_table_is_repeated() {
        let rows = Band {
            table: Some(0),
            ..band(10.0)
        };
        let head = vec![band(10.0)];
        let sheets = sheets(vec![rows; 2 * room()], &[head]);
        assert_eq!(sheets[0].bands.len(), room());
        assert!(sheets[0].bands[0].0.table.is_some());
        assert!(sheets[1].bands[0].0.table.is_none());
        assert!(sheets[1].bands[1].0.table.is_some());
    }
}
