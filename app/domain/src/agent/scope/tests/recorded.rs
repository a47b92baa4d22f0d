//! Grants that were recorded after an act.

use super::*;

#[test]
fn a_grant_that_was_recorded_afterwards_did_not_stand_at_the_act() {
    use ScopePart as P;
    let mut grants = [grant("late", &[Verb::Post], &["forum/*"], Effect::Mutating)];
    let history = active();
    let at_time = |earliest: i64, latest: i64| Deed {
        earliest: Some(at(earliest)),
        latest: Some(at(latest)),
        ..deed(Verb::Post, "forum/1", Effect::Mutating)
    };
    let rows = [
        (None, at_time(20, 20), Scope::Within, &[][..], "A grant that held then"),
        (Some(10), at_time(20, 20), Scope::Within, &[], "A grant that held then"),
        (Some(20), at_time(20, 20), Scope::Within, &[], "A grant that held then"),
        (Some(21), at_time(20, 20), Scope::Expired, &[P::Record], "Granted afterwards: "),
        (Some(21), at_time(20, 22), Scope::CannotTell, &[P::Record], "A grant allows this act, but it cannot be told"),
        // It is not even said to have held.
        (Some(21), at_time(7, 7), Scope::Expired, &[P::Time], "A grant allows this act only since"),
        // The registry did not know the agent yet, so that it could not know the grant.
        (Some(21), at_time(1, 1), Scope::Expired, &[P::Time], "A grant allows this act only since"),
    ];
    for (recorded, deed, scope, parts, sentence) in rows {
        grants[0].recorded = recorded.map(at);
        assert_eq!(decided(&grants, &deed), (scope, Some("late".into()), parts.to_vec()), "{recorded:?} {deed:?}");
        let told = decide(Some(Known { history: &history, grants: &grants }), &deed).sentence(&deed);
        assert!(told.starts_with(sentence), "{told}");
    }
    grants[0].from = at(-10);
    let deed = at_time(1, 1);
    assert_eq!(decided(&grants, &deed).0, Scope::CannotTell);
    let told = decide(Some(Known { history: &history, grants: &grants }), &deed).sentence(&deed);
    assert!(told.contains("it was recorded only on"), "{told}");
}
