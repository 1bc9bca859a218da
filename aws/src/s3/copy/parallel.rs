//! Threads that wait for AWS.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Does the work for each item, so many at a time. The first error ends it.
pub(super) fn each<T: Sync, E: From<io::Error> + Send>(
    items: &[T],
    at_once: usize,
    work: impl Fn(&T) -> Result<(), E> + Sync,
) -> Result<(), E> {
    let next = AtomicUsize::new(0);
    let failed = Mutex::new(None);
    let worker = || {
        while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Err(error) = work(item) {
                next.store(items.len(), Ordering::Relaxed);
                let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
                failed.get_or_insert(error);
                return;
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..at_once.clamp(1, items.len().max(1)) {
            thread::Builder::new()
                .name("copy".to_owned())
                .spawn_scoped(scope, worker)?;
        }
        Ok::<(), io::Error>(())
    })?;
    match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

/// Does the work for each item, so many at a time; the results in their order.
pub(super) fn in_order<T: Sync, R: Send>(
    items: &[T],
    at_once: usize,
    work: impl Fn(&T) -> R + Sync,
) -> io::Result<Vec<R>> {
    let numbered: Vec<(usize, &T)> = items.iter().enumerate().collect();
    let results = Mutex::new(Vec::new());
    each(&numbered, at_once, |(number, item)| {
        let result = work(item);
        let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
        results.push((*number, result));
        Ok::<(), io::Error>(())
    })?;
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(number, _)| *number);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order() {
        let items: Vec<usize> = (0..1000).collect();
        let doubled = in_order(&items, 8, |item| item * 2).unwrap();
        assert!(doubled.iter().enumerate().all(|(at, item)| at * 2 == *item));
        assert!(in_order(&[0; 0], 8, |item| *item).unwrap().is_empty());
    }

    #[test]
    fn an_error_ends_it() {
        let done = AtomicUsize::new(0);
        let items: Vec<usize> = (0..100_000).collect();
        let result = each(&items, 4, |item| {
            done.fetch_add(1, Ordering::Relaxed);
            match item {
                10 => Err(io::Error::other("ten")),
                _ => Ok(()),
            }
        });
        assert_eq!(result.unwrap_err().to_string(), "ten");
        assert!(done.into_inner() < items.len());
    }
}
