//! Bytes in flight, or turns: a bound on what all threads hold together.

use std::sync::{Condvar, Mutex, PoisonError};

/// Hands out bytes up to a limit. Who wants more than there is waits.
///
/// Only jobs that wait for no other job may hold bytes, or two could wait for
/// each other.
pub(super) struct Budget {
    limit: u64,
    used: Mutex<u64>,
    freed: Condvar,
}

/// Bytes that are given back when this is dropped.
pub(super) struct Held<'b> {
    budget: &'b Budget,
    bytes: u64,
}

impl Budget {
    pub(super) fn new(limit: u64) -> Self {
        Self {
            limit,
            used: Mutex::new(0),
            freed: Condvar::new(),
        }
    }

    /// Waits until these bytes fit, or until nothing else is held: what is
    /// larger than the limit runs alone.
    pub(super) fn hold(&self, bytes: u64) -> Held<'_> {
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let mut used = self
            .freed
            .wait_while(used, |used| {
                *used > 0 && used.saturating_add(bytes) > self.limit
            })
            .unwrap_or_else(PoisonError::into_inner);
        *used = used.saturating_add(bytes);
        if *used < self.limit {
            // Each wakes the next, while there is something left: dozens may
            // wait, and most of them would wake in vain.
            self.freed.notify_one();
        }
        Held {
            budget: self,
            bytes,
        }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let mut used = self
            .budget
            .used
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *used = used.saturating_sub(self.bytes);
        self.budget.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[test]
    fn never_more_than_the_limit_unless_alone() {
        let budget = Budget::new(10);
        let (now, most) = (AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for bytes in [3, 4, 5, 6, 7, 20, 1, 2] {
                let (budget, now, most) = (&budget, &now, &most);
                scope.spawn(move || {
                    for _ in 0..50 {
                        let _held = budget.hold(bytes);
                        let held = now.fetch_add(bytes, Ordering::SeqCst) + bytes;
                        if bytes <= 10 {
                            most.fetch_max(held, Ordering::SeqCst);
                        } else {
                            assert_eq!(held, bytes, "what is too large runs alone");
                        }
                        std::thread::yield_now();
                        now.fetch_sub(bytes, Ordering::SeqCst);
                    }
                });
            }
        });
        assert!(most.into_inner() <= 10);
    }
}
