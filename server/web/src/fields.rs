//! A form as a browser sends it, turned into the JSON a program would send.
//!
//! A field's name is the path of the API's field, with numbers for places in
//! lists: `actor.name`, `gaps.0.from`. A suffix says what it holds: `count:n`
//! a number, `private:b` yes or no, `tags[]` one of several, `systems:l` a
//! list typed with commas. A blank field is `null`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// Fields that belong to the form and not to its record.
pub const OF_THE_FORM: [&str; 6] = ["form", "at", "seen", "then", "keep", "used"];

/// The fields of a form, in the order in which they came.
#[derive(Debug, Clone, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Takes the fields as decoded.
    pub fn new(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }

    /// The first value of a field.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// Whether a box was ticked; a hidden field before it says “no”.
    pub fn ticked(&self, name: &str) -> bool {
        self.0.iter().any(|(field, value)| field == name && value == "true")
    }

    /// What was typed, to show it again.
    pub fn typed(&self) -> BTreeMap<String, Vec<String>> {
        let mut typed: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in &self.0 {
            typed.entry(name.clone()).or_default().push(value.clone());
        }
        typed
    }

    /// All fields, in order.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// Whether somebody wrote words into it.
    pub fn has_words(&self) -> bool {
        let of_the_record = self.0.iter().filter(|(name, _)| !OF_THE_FORM.contains(&name.as_str()));
        of_the_record.into_iter().any(|(name, value)| name == app::frame::plain_name(name) && !value.trim().is_empty())
    }

    /// The record's fields as JSON.
    pub fn json(&self) -> Value {
        let mut root = json!({});
        for (name, value) in self.0.iter().filter(|(name, _)| !OF_THE_FORM.contains(&name.as_str())) {
            if let Some(path) = name.strip_suffix("[]") {
                if let Some(list) = place(&mut root, path) {
                    if !list.is_array() {
                        *list = json!([]);
                    }
                    if let (Some(list), false) = (list.as_array_mut(), value.is_empty()) {
                        list.push(json!(value));
                    }
                }
                continue;
            }
            let path = app::frame::plain_name(name);
            let value = read(name, value);
            if let Some(slot) = place(&mut root, path) {
                *slot = value;
            }
        }
        prune(&mut root);
        root
    }
}

/// What a field holds, by the suffix of its name.
fn read(name: &str, text: &str) -> Value {
    let trimmed = text.trim();
    if name.ends_with(":b") {
        return json!(matches!(trimmed, "true" | "on" | "yes"));
    }
    if name.ends_with(":l") {
        return json!(trimmed.split([',', '\n']).map(str::trim).filter(|item| !item.is_empty()).collect::<Vec<_>>());
    }
    if trimmed.is_empty() {
        return Value::Null;
    }
    match trimmed.parse::<i64>() {
        Ok(number) if name.ends_with(":n") => json!(number),
        _ => json!(text),
    }
}

/// The slot at a path of dots, made on the way; `None` where the path runs into a value.
fn place<'a>(root: &'a mut Value, path: &str) -> Option<&'a mut Value> {
    let mut slot = root;
    for step in path.split('.') {
        if let Ok(place) = step.parse::<usize>() {
            if slot.is_null() || slot.as_object().is_some_and(Map::is_empty) {
                *slot = json!([]);
            }
            let list = slot.as_array_mut()?;
            // A form has a few rows; a longer path is not from one of ours.
            if place > 200 {
                return None;
            }
            while list.len() <= place {
                list.push(Value::Null);
            }
            slot = list.get_mut(place)?;
        } else {
            if slot.is_null() {
                *slot = json!({});
            }
            slot = slot.as_object_mut()?.entry(step).or_insert(Value::Null);
        }
    }
    Some(slot)
}

/// Objects in which nothing was filled in are nothing; rows of a list that are nothing fall away.
fn prune(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for field in fields.values_mut() {
                prune(field);
                if field.as_object().is_some_and(|inner| !inner.is_empty() && inner.values().all(Value::is_null)) {
                    *field = Value::Null;
                }
            }
        }
        Value::Array(items) => {
            items.iter_mut().for_each(prune);
            let blank = |item: &Value| {
                item.is_null() || item.as_object().is_some_and(|inner| inner.values().all(Value::is_null))
            };
            items.retain(|item| !blank(item));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(fields: &[(&str, &str)]) -> Value {
        Fields::new(fields.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()).json()
    }

    #[test]
    fn names_are_paths_and_suffixes_are_types() {
        let sent = form(&[
            ("form", "x"),
            ("actor.id", ""),
            ("actor.name", "Asker"),
            ("count:n", "3"),
            ("private:b", "true"),
            ("tags:l", "a, b"),
            ("evidence[]", "e1"),
            ("evidence[]", "e2"),
        ]);
        assert_eq!(
            sent,
            json!({"actor": {"id": null, "name": "Asker"}, "count": 3, "private": true, "tags": ["a", "b"], "evidence": ["e1", "e2"]})
        );
    }

    #[test]
    fn blank_rows_of_lists_fall_away() {
        let sent = form(&[("gaps.0.from", "17:00"), ("gaps.0.to", "18:00"), ("gaps.1.from", ""), ("gaps.1.to", "")]);
        assert_eq!(sent, json!({"gaps": [{"from": "17:00", "to": "18:00"}]}));
    }

    #[test]
    fn the_hidden_no_gives_way_to_the_tick() {
        assert_eq!(
            form(&[("private:b", ""), ("private:b", "true"), ("gaps[]", ""), ("gaps[]", "g1")]),
            json!({"private": true, "gaps": ["g1"]})
        );
        assert_eq!(form(&[("private:b", ""), ("gaps[]", "")]), json!({"private": false, "gaps": []}));
    }

    #[test]
    fn a_wrong_number_stays_text_so_that_the_rule_can_name_it() {
        assert_eq!(form(&[("count:n", "many")]), json!({"count": "many"}));
    }
}
