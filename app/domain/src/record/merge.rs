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
/// the unit: a field only one side changed takes that side's value.
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
    fn the_same_change_twice_is_no_conflict() {
        let merged = merge(&json!({"a": 1}), &json!({"a": 2}), &json!({"a": 2}));
        assert_eq!(merged, Merge::Clean(json!({"a": 2})));
    }
}
