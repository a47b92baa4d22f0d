//! What was typed and not saved.

use domain::RefusalKind;
use serde_json::json;
use store::{Store, Topic, Unsaved};

use crate::world::{World, ada, grace, refusal, vera};

on_both_engines!(
    what_was_typed_is_kept_for_its_author,
    typed_text_outlives_a_restart_and_ends_with_its_month,
    it_is_limited,
    a_second_text_leaves_the_first,
);

fn typed(form: &str, text: &str) -> Unsaved {
    Unsaved {
        form: form.into(),
        record: "sections/summary".into(),
        page: String::new(),
        seen: Some(3),
        fields: vec![("at".into(), "/incidents/INC-1/postmortem?edit=summary".into()), ("body".into(), text.into())],
        updated_at: domain::Instant::from_micros(0),
    }
}

async fn what_was_typed_is_kept_for_its_author(world: World) {
    let key = world.incident(json!({})).await;
    let before = world.store.version(&ada(), key).await.unwrap();
    world.store.keep_unsaved(&grace(), &Topic::Incident(key), &typed("write-summary", "The asker fol")).await.unwrap();
    world.clock.advance_seconds(1);
    world
        .store
        .keep_unsaved(&grace(), &Topic::Incident(key), &typed("write-summary", "The asker follows\n“the advice”"))
        .await
        .unwrap();
    world.store.keep_unsaved(&ada(), &Topic::Incident(key), &typed("write-summary", "Ada’s own")).await.unwrap();
    let kept = world.store.unsaved(&grace(), &Topic::Incident(key)).await.unwrap();
    let expected =
        Unsaved { updated_at: world.clock.now(), ..typed("write-summary", "The asker follows\n“the advice”") };
    assert_eq!(kept, [expected], "one form is kept once, and only its author sees it");
    assert_eq!(world.store.version(&ada(), key).await.unwrap(), before, "nothing of it is in the case file");
    let record = "sections/summary";
    world.store.drop_unsaved(&grace(), &Topic::Incident(key), "write-summary", record, "").await.unwrap();
    world.store.drop_unsaved(&grace(), &Topic::Incident(key), "write-summary", record, "").await.unwrap();
    assert_eq!(world.store.unsaved(&grace(), &Topic::Incident(key)).await.unwrap(), []);
    assert_eq!(world.store.unsaved(&ada(), &Topic::Incident(key)).await.unwrap().len(), 1);
}

async fn typed_text_outlives_a_restart_and_ends_with_its_month(world: World) {
    let key = world.incident(json!({})).await;
    world
        .store
        .keep_unsaved(&grace(), &Topic::Incident(key), &typed("write-summary", "half a sentence"))
        .await
        .unwrap();
    world.store.close().await;
    let again = Store::open(&world.settings).await.unwrap();
    world.clock.advance_seconds(29 * 24 * 3600);
    again.sweep().await.unwrap();
    assert_eq!(again.unsaved(&grace(), &Topic::Incident(key)).await.unwrap().len(), 1);
    world.clock.advance_seconds(2 * 24 * 3600);
    again.sweep().await.unwrap();
    assert_eq!(again.unsaved(&grace(), &Topic::Incident(key)).await.unwrap(), []);
}

async fn it_is_limited(world: World) {
    let key = world.incident(json!({ "visibility": "private" })).await;
    let keep = async |unsaved: Unsaved| world.store.keep_unsaved(&ada(), &Topic::Incident(key), &unsaved).await;
    for number in 0..50 {
        keep(typed(&format!("form-{number}"), "text")).await.unwrap();
    }
    assert!(refusal(keep(typed("form-50", "text")).await).sentence.contains("50 forms"));
    keep(typed("form-7", "known forms go on")).await.unwrap();
    assert!(refusal(keep(typed("form-7", &"x".repeat(600_000))).await).sentence.contains("512 KB"));
    assert!(refusal(keep(typed("", "text")).await).sentence.contains("which form"));
    let denied = refusal(world.store.keep_unsaved(&vera(), &Topic::Incident(key), &typed("form", "text")).await);
    assert_eq!(denied.kind, RefusalKind::Forbidden);
    let hidden = refusal(world.store.keep_unsaved(&grace(), &Topic::Incident(key), &typed("form", "text")).await);
    assert_eq!(hidden.kind, RefusalKind::Absent, "a private incident is not there for others");
}

async fn a_second_text_leaves_the_first(world: World) {
    let key = world.incident(json!({})).await;
    let on = |page: &str, text: &str| Unsaved { page: page.into(), ..typed("write-summary", text) };
    for (page, text) in [("a", "first"), ("b", "second, beg"), ("b", "second")] {
        world.clock.advance_seconds(1);
        world.store.keep_unsaved(&grace(), &Topic::Incident(key), &on(page, text)).await.unwrap();
    }
    let texts = async || {
        let kept = world.store.unsaved(&grace(), &Topic::Incident(key)).await.unwrap();
        kept.into_iter().map(|unsaved| unsaved.fields[1].1.clone()).collect::<Vec<_>>()
    };
    assert_eq!(texts().await, ["second", "first"], "the latest first");
    world.store.drop_unsaved(&grace(), &Topic::Incident(key), "write-summary", "sections/summary", "b").await.unwrap();
    assert_eq!(texts().await, ["first"]);
    for number in 0..7 {
        world.clock.advance_seconds(1);
        world
            .store
            .keep_unsaved(&grace(), &Topic::Incident(key), &on(&format!("page-{number}"), &number.to_string()))
            .await
            .unwrap();
    }
    assert_eq!(texts().await, ["6", "5", "4", "3", "2"], "of many the latest stay");
}
