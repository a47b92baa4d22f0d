//! What trends count, and for whom.

use domain::Key;
use domain::access::Permit;
use domain::merging::MergeDraft;
use domain::remediation::RemediationDraft;
use domain::time::DurationRange;
use domain::timeline::{EventDraft, Mark, MarkDraft};
use domain::trends::{Detection, DetectionCount, FiledBy, Groups, Month};
use serde_json::json;
use store::{Actor, Filter};

use crate::world::{World, ada, vera};

on_both_engines!(
    each_incident_counts_once_and_by_its_clock,
    nobody_counts_what_they_may_not_see,
    discarded_drafts_and_merged_incidents_count_nowhere,
    numbers_lead_to_the_incidents_they_count,
    cards_of_an_older_version_are_written_again,
);

/// An incident whose impact began on that day at 16:00, and that was detected so many seconds later.
async fn detected_after(world: &World, day: &str, seconds: u32, more: serde_json::Value) -> Key {
    let key = world.incident(more).await;
    let at = |seconds: u32| format!("{day}T{:02}:{:02}:{:02}Z", 16 + seconds / 3600, seconds / 60 % 60, seconds % 60);
    for (time, mark) in [(at(0), "impact_start"), (at(seconds), "detected")] {
        let event = json!({"time": time, "kind": "note", "actor": {"kind": "human", "name": "Asker"}});
        let event = world.add::<EventDraft>(&ada(), key, event).await.unwrap().value;
        world.add::<MarkDraft>(&ada(), key, json!({"mark": mark, "event": event})).await.unwrap();
    }
    key
}

async fn of_month(world: &World, actor: &Actor, month: &str) -> Groups {
    let told = world.store.trends(actor).await.unwrap();
    let row = told.months.into_iter().find(|row| row.month.to_string() == month);
    row.unwrap_or_else(|| panic!("{month} is not shown")).groups
}

async fn is_whole(world: &World) {
    let report = world.store.verify(None).await.unwrap();
    assert!(report.is_whole(), "{report:?}");
}

fn counts(within: u64, over: u64, unknown: u64) -> DetectionCount {
    DetectionCount { within, possibly: 0, over, unknown }
}

async fn each_incident_counts_once_and_by_its_clock(world: World) {
    let quick = detected_after(&world, "2026-03-17", 30, json!({"declared_severity": 1})).await;
    detected_after(&world, "2026-02-03", 7200, json!({})).await;
    world.incident(json!({})).await;
    detected_after(&world, "2024-02-03", 30, json!({})).await;
    for (title, owner) in [("Gate writes", "Ada"), ("Watch the log", "Ada")] {
        let item = json!({"title": title, "kind": "prevent", "enforcement": "hard", "owner": owner});
        world.add::<RemediationDraft>(&ada(), quick, item).await.unwrap();
    }
    let told = world.store.trends(&vera()).await.unwrap();
    assert_eq!((told.zone.as_str(), told.whole.all.incidents, told.earlier), ("UTC", 3, 1));
    assert_eq!(told.whole.all.detection, counts(1, 1, 1));
    let march = of_month(&world, &vera(), "2026-03").await.all;
    assert_eq!((march.incidents, march.dated_by_filing, march.remediations_open), (2, 1, 2));
    assert_eq!(march.detection, counts(1, 0, 1), "what has no marks is unknown, and not within");
    assert_eq!(march.time_to_detect.median, Some(DurationRange::exact(30_000_000)));
    assert_eq!(march.severities.iter().map(|count| count.incidents).collect::<Vec<_>>(), [0, 1, 0, 0, 0, 1]);
    let february = of_month(&world, &vera(), "2026-02").await.all;
    assert_eq!((february.incidents, february.detection), (1, counts(0, 1, 0)));
    is_whole(&world).await;
}

async fn nobody_counts_what_they_may_not_see(world: World) {
    detected_after(&world, "2026-03-17", 30, json!({"visibility": "private"})).await;
    detected_after(&world, "2024-03-17", 30, json!({"visibility": "private"})).await;
    let (hers, theirs) = (world.store.trends(&ada()).await.unwrap(), world.store.trends(&vera()).await.unwrap());
    assert_eq!((hers.whole.all.incidents, hers.earlier), (1, 1));
    assert_eq!((theirs.whole.all.incidents, theirs.earlier), (0, 0));
    assert_eq!(theirs.whole.all.time_to_detect.median, None);
}

async fn discarded_drafts_and_merged_incidents_count_nowhere(world: World) {
    for seconds in [10, 20, 30, 7200] {
        detected_after(&world, "2026-03-17", seconds, json!({})).await;
    }
    let stays = MergeDraft { into: Key(4).to_string(), from_version: None, into_version: None };
    world.store.merge_incidents(&ada(), Key(3), stays).await.unwrap();
    world.sql("update incidents set drafted = 'discarded' where number = 1").await;
    world.sql("update incidents set drafted = 'drafted' where number = 2").await;
    let march = of_month(&world, &vera(), "2026-03").await;
    assert_eq!([march.all.incidents, march.by_rule.incidents, march.by_people.incidents], [2, 1, 1]);
    assert_eq!((march.by_rule.detection, march.by_people.detection), (counts(1, 0, 0), counts(0, 1, 0)));
}

async fn numbers_lead_to_the_incidents_they_count(world: World) {
    for seconds in [10, 7200, 30] {
        detected_after(&world, "2026-03-17", seconds, json!({})).await;
    }
    detected_after(&world, "2026-02-17", 30, json!({})).await;
    let stays = MergeDraft { into: Key(1).to_string(), from_version: None, into_version: None };
    world.store.merge_incidents(&ada(), Key(3), stays).await.unwrap();
    world.sql("update incidents set drafted = 'adopted' where number = 2").await;
    let listed = async |filter: Filter| {
        let page = world.store.incidents(&vera(), &filter, None, 10).await.unwrap();
        page.items.iter().map(|card| card.key.0).collect::<Vec<_>>()
    };
    let march = Some(Month::parse("2026-03").unwrap());
    let of = |month, detection, filed_by| Filter { month, detection, filed_by, ..Filter::default() };
    assert_eq!(listed(of(march, None, None)).await, [2, 1]);
    assert_eq!(listed(of(march, Some(Detection::Within), None)).await, [1]);
    assert_eq!(listed(of(None, Some(Detection::Within), None)).await, [4, 1]);
    assert_eq!(listed(of(march, Some(Detection::Over), Some(FiledBy::Rule))).await, [2]);
    assert_eq!(listed(of(march, None, Some(FiledBy::People))).await, [1]);
    assert_eq!(listed(of(None, Some(Detection::Unknown), None)).await, Vec::<i64>::new());
    assert_eq!(listed(Filter::default()).await, [4, 3, 2, 1], "a list that does not ask for trends shows all");
}

async fn cards_of_an_older_version_are_written_again(world: World) {
    let key = detected_after(&world, "2026-02-17", 30, json!({})).await;
    world.store.reindex().await.unwrap();
    let before = world.store.trends(&vera()).await.unwrap();
    assert_eq!(before.whole.all.detection, counts(1, 0, 0));
    // As the columns stand where they were just added.
    let fresh = "update incidents set counted_at = 0, detection = 'unknown', detect_min = null, detect_max = null";
    world.sql(fresh).await;
    let report = world.store.verify(None).await.unwrap();
    assert!(!report.is_whole(), "whoever alters what is counted is found out");
    world.sql("update settings set value = '6' where name = 'index'").await;
    world.store.reindex().await.unwrap();
    assert_eq!(world.store.trends(&vera()).await.unwrap(), before);
    is_whole(&world).await;
    // The card follows the case file.
    let detected = domain::Id::new("detected");
    world.store.enter(&ada(), key, Permit::Edit, |entry| entry.delete::<Mark>(&detected)).await.unwrap();
    assert_eq!(world.store.trends(&vera()).await.unwrap().whole.all.detection, counts(0, 0, 1));
    is_whole(&world).await;
}
