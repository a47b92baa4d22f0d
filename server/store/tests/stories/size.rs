//! Much at once.

use std::time::{Duration, Instant};

use domain::Key;
use domain::access::Permit;
use domain::claim::ClaimDraft;
use domain::incident::Status;
use domain::severity::Sev;
use serde_json::json;
use store::Filter;

use crate::world::{World, ada, claim, vera};

on_both_engines!(two_thousand_records_are_one_entry, a_page_of_a_hundred_thousand_incidents_is_quick);

async fn two_thousand_records_are_one_entry(world: World) {
    let key = world.incident(json!({})).await;
    let begun = Instant::now();
    let entered = world
        .store
        .enter(&ada(), key, Permit::Edit, |entry| {
            for number in 0..2000 {
                entry.add(store::parse_draft::<ClaimDraft>(claim(
                    &format!("Claim {number}"),
                    &format!("matter {number}"),
                ))?)?;
            }
            Ok(())
        })
        .await
        .unwrap();
    assert_eq!(entered.version, 2001);
    let fresh = store::Store::open(&world.settings).await.unwrap();
    assert_eq!(*fresh.dossier(&ada(), key).await.unwrap(), *entered.dossier);
    assert!(fresh.verify(None).await.unwrap().is_whole());
    // Row by row this takes many times as long; the bound only catches that.
    assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
}

/// Index cards are enough to measure lists by. One in a thousand is closed, and one is rare.
const MANY: &str = "
    insert into incidents (id, number, version, title, status, visibility, severity, verdict, tags, occurred, filed_at, updated_at, head, words)
    with recursive numbers (number) as (select cast(1 as bigint) union all select number + 1 from numbers where number < 100000)
    select 'id-' || number, number, 1, 'Incident ' || number, case when number % 1000 = 0 then 'closed' else 'declared' end, 'open',
           number % 5, 'not_assessed', '[]', '{}', number, number, '', 'incident word' || (number % 1000) || case number when 777 then ' rare' else '' end
    from numbers";

async fn a_page_of_a_hundred_thousand_incidents_is_quick(world: World) {
    world.sql(MANY).await;
    world.sql("insert into incident_tags (incident_id, tag, number) select id, 'common', number from incidents where number % 2 = 0").await;
    world.sql("insert into incident_tags (incident_id, tag, number) select id, 'rare', number from incidents where number = 888").await;
    world.sql("analyze").await;
    let q = |q: &str| Filter { q: Some(q.into()), ..Default::default() };
    let tag = |tag: &str| Filter { tag: Some(tag.into()), ..Default::default() };
    let asked = [
        ("all", Filter::default(), None, 50),
        ("deep down", Filter::default(), Some(51), 50),
        ("rare status", Filter { status: Some(Status::Closed), ..Default::default() }, None, 50),
        ("severity", Filter { severity: Sev::new(2), ..Default::default() }, Some(50_000), 50),
        ("common word", q("incident"), None, 50),
        ("common word, deep down", q("incident"), Some(1000), 50),
        ("rare word", q("rare"), None, 1),
        ("two words", q("incident word77"), None, 50),
        ("common tag", tag("common"), None, 50),
        ("rare tag", tag("rare"), None, 1),
    ];
    for (name, filter, cursor, expected) in asked {
        let mut best = Duration::MAX;
        for _ in 0..3 {
            let begun = Instant::now();
            let page = world.store.incidents(&vera(), &filter, cursor, 50).await.unwrap();
            best = best.min(begun.elapsed());
            assert_eq!(page.items.len(), expected, "{name}");
        }
        println!("{name}: {best:?}");
        // An unoptimised build on a busy computer needs a few milliseconds; reading everything needs far more.
        assert!(best < Duration::from_millis(60), "{name} took {best:?}");
    }
    assert_eq!(world.store.version(&vera(), Key(100_000)).await.unwrap(), 1);
}
