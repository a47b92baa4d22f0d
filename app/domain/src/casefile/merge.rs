//! Two edits of one record that did not see each other.

use serde_json::{Map, Value};

use super::Effort;

/// How many steps the comparing of all texts of one merge may take together: some 45 ms. A text of which both sides
/// rewrote 800 lines each is within it.
const STEPS_MAX: usize = 3_000_000;

/// What comes of an edit made on an older version of a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Merge {
    /// The edits touch different fields: both stand.
    Clean(Value),
    /// Both changed these fields, and differently.
    Conflict(Vec<String>),
}

/// Merges `mine`, made on `base`, into `theirs`, which came first. Fields are
/// the unit: a field only one side changed takes that side's value. A text both
/// changed is merged line by line where their lines are not the same. Texts that differ
/// so much that merging them would keep others waiting are a conflict.
pub fn merge(base: &Value, theirs: &Value, mine: &Value) -> Merge {
    let (Some(base), Some(theirs), Some(mine)) = (base.as_object(), theirs.as_object(), mine.as_object()) else {
        return if theirs == base || theirs == mine { Merge::Clean(mine.clone()) } else { Merge::Conflict(vec![]) };
    };
    let mut merged = Map::new();
    let mut effort = Effort::steps(STEPS_MAX);
    let mut conflicts = Vec::new();
    let mut fields: Vec<&String> = theirs.keys().chain(mine.keys()).collect();
    fields.sort();
    fields.dedup();
    for field in fields {
        let (was, their, my) = (base.get(field), theirs.get(field), mine.get(field));
        let kept = if my == was || my == their {
            their
        } else if their == was {
            my
        } else if let Some(text) = merge_text(was, their, my, &mut effort) {
            merged.insert(field.clone(), Value::String(text));
            continue;
        } else {
            conflicts.push(field.clone());
            their
        };
        if let Some(value) = kept {
            merged.insert(field.clone(), value.clone());
        }
    }
    if conflicts.is_empty() { Merge::Clean(Value::Object(merged)) } else { Merge::Conflict(conflicts) }
}

/// Two edits of one text, when they touch different lines of it.
fn merge_text(was: Option<&Value>, their: Option<&Value>, my: Option<&Value>, effort: &mut Effort) -> Option<String> {
    let (was, their, my) = (was?.as_str()?, their?.as_str()?, my?.as_str()?);
    let lines = |text| str::split_inclusive(text, '\n').collect::<Vec<_>>();
    let (old, new) = (lines(was), [lines(my), lines(their)]);
    if !new.iter().all(|new| effort.covers(&old, new)) {
        return None;
    }
    // Lines are the unit, so a text needs a line break at its end to be compared to one that has it.
    let whole = |text: &str| format!("{text}\n");
    let merged = diffy::merge(&whole(was), &whole(my), &whole(their)).ok()?;
    Some(merged.strip_suffix('\n').unwrap_or(&merged).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn different_fields_both_stand() {
        let base = json!({"a": 1, "b": 1, "c": 1});
        let merged = merge(&base, &json!({"a": 2, "b": 1, "c": 1}), &json!({"a": 1, "b": 3, "c": 1}));
        assert_eq!(merged, Merge::Clean(json!({"a": 2, "b": 3, "c": 1})));
    }

    #[test]
    fn the_same_field_changed_differently_is_a_conflict() {
        let merged = merge(&json!({"a": 1}), &json!({"a": 2}), &json!({"a": 3}));
        assert_eq!(merged, Merge::Conflict(vec!["a".into()]));
    }

    #[test]
    fn different_lines_of_one_text_both_stand() {
        let base = json!({"body": "one\ntwo\nthree\nfour\nfive"});
        let merged = merge(
            &base,
            &json!({"body": "ONE\ntwo\nthree\nfour\nfive"}),
            &json!({"body": "one\ntwo\nthree\nfour\nFIVE"}),
        );
        assert_eq!(merged, Merge::Clean(json!({"body": "ONE\ntwo\nthree\nfour\nFIVE"})));
        let crossed = merge(
            &base,
            &json!({"body": "one\nTWO\nthree\nfour\nfive"}),
            &json!({"body": "one\ntoo\nthree\nfour\nfive"}),
        );
        assert_eq!(crossed, Merge::Conflict(vec!["body".into()]));
    }

    /// Of each text they rewrote the first lines, and I the last: 2 × lines² steps for each side.
    fn rewritten(texts: usize, lines: usize, first: &str, last: &str) -> Value {
        let many = |word: &str| (0..lines).map(|line| format!("{word} {line}\n")).collect::<String>();
        let text = format!("{}kept\n{}", many(first), many(last));
        Value::Object((0..texts).map(|field| (format!("text{field:02}"), json!(text))).collect())
    }

    fn merge_rewritten(texts: usize, lines: usize) -> Merge {
        let rewritten = |first, last| rewritten(texts, lines, first, last);
        merge(&rewritten("a", "z"), &rewritten("b", "z"), &rewritten("a", "y"))
    }

    #[test]
    fn texts_that_take_too_long_to_merge_are_a_conflict() {
        assert!(matches!(merge_rewritten(1, 800), Merge::Clean(_)));
        assert_eq!(merge_rewritten(1, 3_000), Merge::Conflict(vec!["text00".into()]));
    }

    #[test]
    fn the_limit_holds_for_all_texts_together() {
        assert!(matches!(merge_rewritten(3, 400), Merge::Clean(_)));
        let Merge::Conflict(fields) = merge_rewritten(50, 400) else { panic!("50 such texts are too much") };
        assert!(fields.len() > 40, "{fields:?}");
    }

    #[test]
    fn long_texts_that_differ_in_little_are_merged() {
        let base: String = (0..50_000).map(|line| format!("{}\n", line * 7 % 10)).collect();
        let (theirs, mine) = (format!("first\n{base}"), format!("{base}last"));
        let merged = merge(&json!({"body": base}), &json!({"body": theirs}), &json!({"body": mine}));
        assert_eq!(merged, Merge::Clean(json!({"body": format!("first\n{base}last")})));
        let (theirs, mine) = ("new\n".repeat(800) + &base, base.clone() + &"other\n".repeat(800));
        assert!(matches!(
            merge(&json!({"body": base}), &json!({"body": theirs}), &json!({"body": mine})),
            Merge::Clean(_)
        ));
    }

    #[test]
    fn the_same_change_twice_is_no_conflict() {
        let merged = merge(&json!({"a": 1}), &json!({"a": 2}), &json!({"a": 2}));
        assert_eq!(merged, Merge::Clean(json!({"a": 2})));
    }
}
