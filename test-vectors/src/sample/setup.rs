//! The first minute: an administrator creates the trail. All chains of the
//! sample begin here, so each begins with a digest that has no predecessor.

use serde_json::json;

use super::{
    cast::{
        CUSTOMER_BUCKET, HOME, LOG_BUCKET, MANAGEMENT, OFFICE, Place, Role, TRAIL, agent, trail_arn,
    },
    clock::Second,
    credentials::assume_role_with_saml,
    record::{Call, Event},
    seed::Seed,
};

/// `CreateTrail`, its selectors, `StartLogging`.
pub(super) fn events() -> Vec<Event> {
    let mut seed = Seed::of("setup");
    let place = Place::management(HOME);
    let time = Second::of("2026-03-10T00:00:20Z");
    let role = Role::new(
        MANAGEMENT,
        "/aws-reserved/sso.amazonaws.com/",
        "AWSReservedSSO_PlatformAdmin_0123456789abcdef",
    );
    let issued = assume_role_with_saml(place, time, "saanvi.sarkar", role, OFFICE, &mut seed);
    let actor = super::cast::Actor::direct(issued.actor.identity.clone(), OFFICE, agent::CLI_MAC);
    let settings = json!({
        "name": TRAIL, "s3BucketName": LOG_BUCKET, "isMultiRegionTrail": true,
        "isOrganizationTrail": true, "enableLogFileValidation": true,
        "includeGlobalServiceEvents": true,
    });
    let answer = json!({
        "name": TRAIL, "s3BucketName": LOG_BUCKET, "isMultiRegionTrail": true,
        "isOrganizationTrail": true, "logFileValidationEnabled": true,
        "includeGlobalServiceEvents": true, "trailARN": trail_arn(),
    });
    // Object writes in the log bucket itself, every object call in the
    // customers' bucket: what makes the cover-up and the theft visible.
    let selectors = json!({"trailName": trail_arn(), "advancedEventSelectors": [
        {"name": "management", "fieldSelectors": [{"field": "eventCategory", "equals": ["Management"]}]},
        {"name": "log bucket", "fieldSelectors": [
            {"field": "eventCategory", "equals": ["Data"]},
            {"field": "resources.type", "equals": ["AWS::S3::Object"]},
            {"field": "readOnly", "equals": ["false"]},
            {"field": "resources.ARN", "startsWith": [format!("arn:aws:s3:::{LOG_BUCKET}/")]},
        ]},
        {"name": "customer exports", "fieldSelectors": [
            {"field": "eventCategory", "equals": ["Data"]},
            {"field": "resources.type", "equals": ["AWS::S3::Object"]},
            {"field": "resources.ARN", "startsWith": [format!("arn:aws:s3:::{CUSTOMER_BUCKET}/")]},
        ]},
    ]});
    let create = Call::new(place, "cloudtrail", "CreateTrail", time.after(25))
        .request(settings)
        .response(answer);
    let select = Call::new(place, "cloudtrail", "PutEventSelectors", time.after(31))
        .request(selectors.clone())
        .response(selectors);
    let start = Call::new(place, "cloudtrail", "StartLogging", time.after(35))
        .request(json!({"name": trail_arn()}));
    vec![
        issued.event,
        create.by(&actor, &mut seed),
        select.by(&actor, &mut seed),
        start.by(&actor, &mut seed),
    ]
}
