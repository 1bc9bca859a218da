//! How far a copy has come, as a line.

use std::time::Duration;

use trailseal_aws::s3::copy::CopySeen;

use crate::progress::{about, per_second};
use crate::render::text::{bytes, count, counted};

/// One line of less than 80 columns.
pub(super) fn line(seen: CopySeen, elapsed: Duration) -> String {
    let CopySeen {
        listed,
        total,
        done,
    } = seen;
    if total.objects == 0 {
        return format!("{} listed", counted(listed, "object"));
    }
    let seconds = elapsed.as_secs_f64().max(0.001);
    let mut line = format!(
        "{} of {} objects  {}/s",
        count(done.objects),
        count(total.objects),
        bytes(per_second(done.bytes, seconds))
    );
    // An estimate from a hundredth of the work says nothing.
    let share = share(seen);
    if share >= 0.02 {
        let left = about(seconds / share - seconds);
        line += &format!("  {:.0} %  {left} left", (share * 100.0).floor());
    }
    line
}

/// Small objects cost a request, large ones their bytes: the mean of both.
#[allow(clippy::cast_precision_loss, reason = "a share for the eye")]
fn share(CopySeen { total, done, .. }: CopySeen) -> f64 {
    let objects = done.objects as f64 / total.objects.max(1) as f64;
    let bytes = done.bytes as f64 / total.bytes.max(1) as f64;
    f64::midpoint(objects, bytes).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use trailseal_aws::s3::copy::Amount;

    #[test]
    fn the_line_says_objects_speed_share_and_rest() {
        let amount = |objects, bytes| Amount { objects, bytes };
        let mut seen = CopySeen {
            listed: 4_000,
            ..CopySeen::default()
        };
        let ten = Duration::from_secs(10);
        assert_eq!(line(seen, ten), "4,000 objects listed");
        (seen.total, seen.done) = (amount(4_000, 8_000_000), amount(1_000, 2_000_000));
        assert_eq!(
            line(seen, ten),
            "1,000 of 4,000 objects  200 kB/s  25 %  30 s left"
        );
    }
}
