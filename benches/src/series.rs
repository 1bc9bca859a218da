//! Figures that were measured several times.

use std::fmt;

/// The same figure, measured several times.
#[derive(Clone, Debug, Default)]
pub struct Series(Vec<f64>);

impl Series {
    /// Adds one measurement.
    pub fn push(&mut self, value: f64) {
        self.0.push(value);
    }

    /// This figure over another one, round by round: a disturbance that lasts
    /// longer than a round touches both.
    #[must_use]
    pub fn over(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a / b).collect())
    }

    /// The figure times a constant, for other units.
    #[must_use]
    pub fn times(&self, factor: f64) -> Self {
        Self(self.0.iter().map(|value| value * factor).collect())
    }

    /// How many times another figure this one is, for a cell of a table.
    #[must_use]
    pub fn against(&self, other: &Self) -> String {
        if self.0 == other.0 {
            "1".to_owned()
        } else {
            format!("{:.2}", self.over(other))
        }
    }

    /// The middle one, or the mean of the two in the middle.
    ///
    /// # Panics
    /// If nothing was measured.
    #[must_use]
    pub fn median(&self) -> f64 {
        let sorted = self.sorted();
        let middle = sorted.len() / 2;
        if sorted.len().is_multiple_of(2) {
            f64::midpoint(sorted[middle - 1], sorted[middle])
        } else {
            sorted[middle]
        }
    }

    fn sorted(&self) -> Vec<f64> {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted
    }
}

/// `median (least – most)`, with the precision of the format (default: none).
impl fmt::Display for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sorted = self.sorted();
        let (least, most) = (sorted[0], sorted[sorted.len() - 1]);
        let digits = f.precision().unwrap_or(0);
        let median = self.median();
        write!(f, "{median:.digits$} ({least:.digits$} – {most:.digits$})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_ratios() {
        let mut a = Series::default();
        let mut b = Series::default();
        for (x, y) in [(4.0, 2.0), (9.0, 3.0), (1.0, 1.0), (8.0, 2.0)] {
            a.push(x);
            b.push(y);
        }
        assert_eq!(format!("{a:.1}"), "6.0 (1.0 – 9.0)");
        assert_eq!(format!("{}", a.over(&b).times(10.0)), "25 (10 – 40)");
    }
}
