//! Two edits of one record that did not see each other.

use serde_json::{Map, Value};

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
/// changed is merged line by line where their lines are not the same.
pub fn merge(base: &Value, theirs: &Value, mine: &Value) -> Merge {
    let (Some(base), Some(theirs), Some(mine)) = (base.as_object(), theirs.as_object(), mine.as_object()) else {
        return if theirs == base || theirs == mine { Merge::Clean(mine.clone()) } else { Merge::Conflict(vec![]) };
    };
    let mut merged = Map::new();
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
        } else if let Some(text) = merge_text(was, their, my) {
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
fn merge_text(was: Option<&Value>, their: Option<&Value>, my: Option<&Value>) -> Option<String> {
    let (was, their, my) = (was?.as_str()?, their?.as_str()?, my?.as_str()?);
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

    #[test]
    fn the_same_change_twice_is_no_conflict() {
        let merged = merge(&json!({"a": 1}), &json!({"a": 2}), &json!({"a": 2}));
        assert_eq!(merged, Merge::Clean(json!({"a": 2})));
    }
}
