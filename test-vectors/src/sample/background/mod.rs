//! The ordinary life of the organization: what a trail holds on a quiet day.
//!
//! Short scenes (a service takes its role and looks around, a pipeline plans, a
//! person signs in) are placed at fixed-by-seed times. Between them they hold
//! every identity type of CloudTrail, the usual noise of errors and throttling,
//! a record delivered twice, a late one and an oversized one.

mod machines;
mod people;
mod pipelines;
mod services;

use super::{
    cast::{HOME, IRELAND, MANAGEMENT, PRODUCTION, Place, SYDNEY},
    clock::Second,
    intrusion::unrecorded,
    record::Event,
    seed::Seed,
};

/// A scene: what happens at a place from a time on.
type Scene = fn(Place, Second, &mut Seed) -> Vec<Event>;

/// First second of the sample's ordinary life.
const BEGIN: &str = "2026-03-10T00:00:00Z";
/// How many hours it lasts.
const HOURS: i64 = 48;

/// Everything ordinary, in no order.
pub(super) fn events() -> Vec<Event> {
    let mut events = Vec::new();
    for account in [MANAGEMENT, PRODUCTION] {
        for region in [HOME, IRELAND, SYDNEY] {
            rounds(Place { account, region }, &mut events);
        }
    }
    events.extend(people::days());
    events.extend(pipelines::days());
    events.extend(services::peculiarities());
    events
}

/// The services' rounds at one place: a few bursts an hour, each of a few
/// scenes.
fn rounds(place: Place, events: &mut Vec<Event>) {
    let mut seed = Seed::of(&format!("rounds/{}", place.label()));
    let scenes = scenes(place);
    for hour in 0..HOURS {
        let start = Second::of(BEGIN).after(hour * 3_600);
        for burst in bursts(place, start, &mut seed) {
            let count = 3 + seed.below(2);
            for _ in 0..count {
                let time = burst.after(seed.below(150));
                let scene = seed.pick(&scenes)(place, time, &mut seed);
                // Whole scenes: half of one would look like a key from nowhere.
                if !scene.iter().any(|event| unrecorded(event.time)) {
                    events.extend(scene);
                }
            }
        }
    }
}

/// When the bursts of an hour begin.
fn bursts(place: Place, hour: Second, seed: &mut Seed) -> Vec<Second> {
    let busy = (7..19).contains(&hour.hour());
    // Out of a hundred hours, how many have a first, a second, a third burst.
    let odds: [i64; 3] = match (place.account, place.region, busy) {
        (MANAGEMENT, HOME, true) => [100, 90, 25],
        (MANAGEMENT, HOME, false) => [100, 60, 0],
        (_, HOME, true) => [100, 90, 15],
        (_, HOME, false) => [100, 45, 0],
        (MANAGEMENT, IRELAND, _) => [75, 15, 0],
        (_, IRELAND, true) => [100, 65, 0],
        (_, IRELAND, false) => [95, 25, 0],
        _ => [40, 5, 0],
    };
    let mut times = Vec::new();
    for (slot, odd) in odds.into_iter().enumerate() {
        let offset = i64::try_from(slot).expect("small") * 1_150 + seed.below(850);
        if seed.below(100) < odd {
            times.push(hour.after(offset));
        }
    }
    times
}

/// What may happen at a place; a scene listed twice happens twice as often.
fn scenes(place: Place) -> Vec<Scene> {
    let mut scenes: Vec<Scene> = vec![
        services::config_recorder,
        services::trusted_advisor,
        services::kms_by_cloudtrail,
    ];
    if place.region != SYDNEY {
        scenes.extend([
            machines::function as Scene,
            machines::function,
            machines::instance,
            services::autoscaling,
            services::kms_by_role,
        ]);
    }
    if place.account == PRODUCTION && place.region != SYDNEY {
        scenes.extend([
            machines::pod as Scene,
            machines::pod,
            machines::cluster,
            services::backup,
        ]);
    }
    if place.account == PRODUCTION && place.region == IRELAND {
        scenes.extend([
            machines::customer_objects as Scene,
            machines::customer_objects,
            machines::partner_objects,
            machines::federated_upload,
            services::dashboards,
        ]);
    }
    if place.account == MANAGEMENT && place.region == HOME {
        scenes.extend([
            services::bucket_check as Scene,
            services::bucket_check,
            services::portal,
            services::access_analyzer,
        ]);
    }
    scenes
}
