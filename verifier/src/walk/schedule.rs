//! Work goes out to all threads and comes back in order.
//!
//! Listing a place, listing a day of its logs and checking a unit of its
//! digests are tasks. They are planned in the order of the report, done in any
//! order, and taken in the order in which they were planned, so that a run
//! prints the same bytes whatever the number of threads.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, mpsc};

use jiff::Timestamp;
use jiff::civil::Date;

use super::Request;
use super::discover::{Location, PlaceId};
use super::place::{ListedPlace, Unit};
use super::progress::add;
use super::reconcile::{DayListing, day};
use super::unit::{Bench, Done};
use super::{Progress, Visitor};
use crate::source::Source;

/// Digests in flight for each thread that computes: enough to keep it busy
/// while the oldest, which everyone waits for, is still being worked on.
const DIGESTS_PER_JOB: usize = 96;
/// What the listing of a day counts for where reading is fast: how many names come is
/// not known before, and listings that nobody takes yet would fill the memory.
const DAY: usize = DIGESTS_PER_JOB / 2;
/// Reads in flight, or planned, for each that may wait at one time.
const READS_PER_READER: usize = 3;

/// What is taken, in order.
pub(super) enum Step<E> {
    /// A place, listed. Its units and days follow.
    Open(Arc<ListedPlace>),
    /// The logs that lie in a day's folders; and the stamp of the unit that
    /// follows, if one does.
    Day(Date, DayListing, Option<Timestamp>),
    /// The digests of a unit.
    Unit(Unit, Vec<Done<E>>, Option<Timestamp>),
    /// All of the place was taken.
    Close,
}

/// Whether all was taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum End {
    Complete,
    Stopped,
}

/// Whether logs that no digest names are looked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Days {
    Listed,
    Skipped,
}

/// What a task came to.
enum Outcome<E> {
    Place(Box<ListedPlace>, BTreeSet<Date>),
    Day(DayListing),
    Unit(Vec<Done<E>>),
}

/// What is planned, in order. Numbers are those of tasks.
enum Planned {
    Open(Arc<ListedPlace>),
    Day(u64, Date, Option<Timestamp>),
    Unit(u64, Unit, Option<Timestamp>),
    Close,
}

/// A task that was not sent yet.
enum Task {
    Day(Date),
    Unit(Unit),
}

/// Sends out tasks and takes their results.
pub(super) struct Schedule<'s, 'e, 'r, S, V: Visitor> {
    bench: &'s Bench<'r, S, V>,
    request: &'s Request,
    scope: &'e rayon::Scope<'s>,
    days: Days,
    /// Most reads in flight, and most places that are listed ahead.
    window: usize,
    /// What the listing of a day counts for among them.
    day: usize,
    ahead: usize,
    places: std::collections::btree_map::IntoIter<PlaceId, Vec<Location>>,
    listings: VecDeque<u64>,
    planned: VecDeque<Planned>,
    to_send: VecDeque<(Arc<ListedPlace>, u64, Task)>,
    arrived: BTreeMap<u64, Outcome<V::Extract>>,
    send: mpsc::Sender<Arrival<V::Extract>>,
    receive: mpsc::Receiver<Arrival<V::Extract>>,
    numbered: u64,
    in_flight: usize,
}

type Arrival<E> = (u64, std::thread::Result<Outcome<E>>);

impl<'s, 'e, 'r, S, V> Schedule<'s, 'e, 'r, S, V>
where
    S: Source,
    V: Visitor,
    V::Extract: 's,
    'r: 's,
{
    /// Plans these places. `threads` are those of the pool behind `scope`.
    pub(super) fn new(
        bench: &'s Bench<'r, S, V>,
        request: &'s Request,
        scope: &'e rayon::Scope<'s>,
        threads: usize,
        places: BTreeMap<PlaceId, Vec<Location>>,
        days: Days,
    ) -> Self {
        let jobs = bench.jobs;
        let readers = if threads > jobs { threads } else { 0 };
        let (send, receive) = mpsc::channel();
        Self {
            bench,
            request,
            scope,
            days,
            window: (jobs * DIGESTS_PER_JOB).max(readers * READS_PER_READER),
            day: if readers > 0 { 1 } else { DAY },
            ahead: threads + 1,
            places: places.into_iter(),
            listings: VecDeque::new(),
            planned: VecDeque::new(),
            to_send: VecDeque::new(),
            arrived: BTreeMap::new(),
            send,
            receive,
            numbered: 0,
            in_flight: 0,
        }
    }

    /// Hands every step to `take`, in order, until the end or until the run is
    /// stopped.
    pub(super) fn run(mut self, mut take: impl FnMut(Step<V::Extract>)) -> End {
        let progress: &Progress = self.bench.progress;
        loop {
            self.fill();
            let Some(planned) = self.planned.pop_front() else {
                return match progress.stopped() {
                    true => End::Stopped,
                    false => End::Complete,
                };
            };
            let step = match planned {
                Planned::Open(place) => Some(Step::Open(place)),
                Planned::Close => Some(Step::Close),
                Planned::Day(number, date, next) => match self.wait(number, self.day) {
                    Outcome::Day(listing) => Some(Step::Day(date, listing, next)),
                    _ => None,
                },
                Planned::Unit(number, unit, next) => match self.wait(number, unit.digests.len()) {
                    Outcome::Unit(done) => Some(Step::Unit(unit, done, next)),
                    _ => None,
                },
            };
            // What was worked on when the run was stopped is incomplete.
            if progress.stopped() {
                return End::Stopped;
            }
            step.into_iter().for_each(&mut take);
        }
    }

    /// Sends as much as may be in flight.
    fn fill(&mut self) {
        while !self.bench.progress.stopped() {
            while self.listings.len() < self.ahead {
                let Some((id, locations)) = self.places.next() else {
                    break;
                };
                let number = self.send_listing(id, locations);
                self.listings.push_back(number);
            }
            if self.in_flight >= self.window {
                return;
            }
            if let Some((place, number, task)) = self.to_send.pop_front() {
                self.send(place, number, task);
                continue;
            }
            let Some(number) = self.listings.front().copied() else {
                return;
            };
            self.receive_arrived();
            if !self.planned.is_empty() && !self.arrived.contains_key(&number) {
                return;
            }
            self.listings.pop_front();
            if let Outcome::Place(place, days) = self.wait(number, 0) {
                self.plan(&Arc::new(*place), &days);
            }
        }
    }

    /// Units and days of a place in the order of time: a day comes before the
    /// first unit that begins after it.
    fn plan(&mut self, place: &Arc<ListedPlace>, days: &BTreeSet<Date>) {
        let units = place.units();
        self.planned.push_back(Planned::Open(Arc::clone(place)));
        let mut days = days.iter().copied().peekable();
        for (index, unit) in units.iter().enumerate() {
            while let Some(date) = days.next_if(|date| *date < day(unit.first)) {
                let number = self.later(place, Task::Day(date));
                self.planned
                    .push_back(Planned::Day(number, date, Some(unit.first)));
            }
            add(&self.bench.progress.digests, unit.digests.len() as u64);
            let number = self.later(place, Task::Unit(unit.clone()));
            let next = units.get(index + 1).map(|next| next.first);
            self.planned
                .push_back(Planned::Unit(number, unit.clone(), next));
        }
        for date in days {
            let number = self.later(place, Task::Day(date));
            self.planned.push_back(Planned::Day(number, date, None));
        }
        self.planned.push_back(Planned::Close);
    }

    fn later(&mut self, place: &Arc<ListedPlace>, task: Task) -> u64 {
        let number = self.number();
        self.to_send.push_back((Arc::clone(place), number, task));
        number
    }

    fn number(&mut self) -> u64 {
        self.numbered += 1;
        self.numbered
    }

    fn send_listing(&mut self, id: PlaceId, locations: Vec<Location>) -> u64 {
        let (bench, request, days) = (self.bench, self.request, self.days);
        let number = self.number();
        self.spawn(number, move || {
            let request = &*request.narrowed(&id.account, &id.region);
            let mut place = ListedPlace::list(bench.source, request, id, locations);
            let days = match days {
                Days::Listed => place.log_days(bench.source, request),
                Days::Skipped => BTreeSet::new(),
            };
            Outcome::Place(Box::new(place), days)
        });
        number
    }

    fn send(&mut self, place: Arc<ListedPlace>, number: u64, task: Task) {
        // About how many reads may wait at one time in it.
        self.in_flight += match &task {
            Task::Day(_) => self.day,
            Task::Unit(unit) => unit.digests.len(),
        };
        let bench = self.bench;
        self.spawn(number, move || match task {
            Task::Day(date) => Outcome::Day(DayListing::list(bench.source, &place.locations, date)),
            Task::Unit(unit) => Outcome::Unit(bench.check(&place.chains[unit.chain], unit.digests)),
        });
    }

    fn spawn(&self, number: u64, work: impl FnOnce() -> Outcome<V::Extract> + Send + 's) {
        let send = self.send.clone();
        self.scope.spawn(move |_| {
            let outcome = catch_unwind(AssertUnwindSafe(work));
            // The receiver lives as long as the scope.
            let _ = send.send((number, outcome));
        });
    }

    fn receive_arrived(&mut self) {
        while let Ok(arrival) = self.receive.try_recv() {
            self.keep(arrival);
        }
    }

    /// Waits for one result.
    fn wait(&mut self, number: u64, reads: usize) -> Outcome<V::Extract> {
        loop {
            if let Some(outcome) = self.arrived.remove(&number) {
                self.in_flight -= reads;
                return outcome;
            }
            // A sender is kept here, so the channel stays open.
            if let Ok(arrival) = self.receive.recv() {
                self.keep(arrival);
            }
        }
    }

    fn keep(&mut self, (number, outcome): Arrival<V::Extract>) {
        match outcome {
            Ok(outcome) => {
                self.arrived.insert(number, outcome);
            }
            // Without this, everyone would wait for what never comes.
            Err(panic) => resume_unwind(panic),
        }
    }
}
