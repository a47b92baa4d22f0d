//! A form as a browser sends it, turned into the JSON a program would send.
//!
//! A field's name is the path of the API's field, with numbers for places in
//! lists: `actor.name`, `gaps.0.from`. A suffix says what it holds: `count:n`
//! a number, `private:b` yes or no, `tags[]` one of several, `systems:l` a
//! list typed with commas. A blank field is `null`.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{Refusal, Ruled};
use serde_json::{Map, Value, json};

use crate::quota::Place;
use crate::received::{Held, Unreceived};

/// Fields that belong to the form and not to its record.
pub const OF_THE_FORM: [&str; 7] = ["form", "at", "seen", "then", "keep", "used", ASKS];

/// Names a field in which somebody has to choose, and nothing is chosen in advance.
const ASKS: &str = "asks[]";

/// How many fields a form may have. The largest of ours confirms 200 pasted lines, with ten fields each.
const FIELDS_MAX: usize = 5_000;
/// The longest name of a field, in bytes.
const NAME_BYTES_MAX: usize = 300;
/// How deep a name may lead. The deepest of ours is `resources.0.paths.0.from`.
const DEPTH_MAX: usize = 8;
/// How long a list may be that is numbered: a form has a few rows, and the longest 200.
const ROWS_MAX: usize = 200;
/// How many values a form may be made into: fields, the objects around them, rows of lists, and what stands in them.
const VALUES_MAX: usize = 20_000;
/// What stands between the items of a list that is typed.
const LIST_MARKS: [char; 2] = [',', '\n'];

/// The fields of a form, in the order in which they came.
#[derive(Clone, Default)]
pub struct Fields {
    pairs: Vec<(String, String)>,
    /// Their place among all that are held.
    _place: Option<Arc<Place>>,
}

impl Fields {
    /// Takes fields that are known already.
    pub fn new(pairs: Vec<(String, String)>) -> Self {
        Self { pairs, _place: None }
    }

    /// The fields of a posted form: a list, whatever their names say. Nothing is nested here.
    pub fn read(held: Held) -> Result<Self, Unreceived> {
        let pairs = decode(&held.bytes).map_err(Unreceived::Unreadable)?;
        Ok(Self { pairs, _place: Some(Arc::new(held.place)) })
    }

    /// The first value of a field.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// Whether a box was ticked; a hidden field before it says “no”.
    pub fn ticked(&self, name: &str) -> bool {
        self.pairs.iter().any(|(field, value)| field == name && value == "true")
    }

    /// What was typed, to show it again.
    pub fn typed(&self) -> BTreeMap<String, Vec<String>> {
        let mut typed: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in &self.pairs {
            typed.entry(name.clone()).or_default().push(value.clone());
        }
        typed
    }

    /// All fields, in order.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// Whether somebody wrote words into it.
    pub fn has_words(&self) -> bool {
        let of_the_record = self.pairs.iter().filter(|(name, _)| !OF_THE_FORM.contains(&name.as_str()));
        of_the_record.into_iter().any(|(name, value)| name == app::frame::plain_name(name) && !value.trim().is_empty())
    }

    /// The record's fields as JSON. Ask for it once it is known that the sender may send them.
    pub fn json(&self) -> Ruled<Value> {
        self.refuse_twice()?;
        self.refuse_unanswered()?;
        let (mut root, mut count) = (json!({}), Count(0));
        for (name, value) in self.pairs.iter().filter(|(name, _)| !OF_THE_FORM.contains(&name.as_str())) {
            put(&mut root, &mut count, name, value)?;
        }
        prune(&mut root);
        Ok(root)
    }

    /// Refuses a field in which nothing was chosen, though the form asks for it.
    fn refuse_unanswered(&self) -> Ruled<()> {
        let answered = |asked: &str| {
            let mut values = self.pairs.iter().filter(|(name, _)| app::frame::plain_name(name) == asked);
            values.any(|(_, value)| !value.trim().is_empty())
        };
        match self.pairs.iter().find(|(name, asked)| name == ASKS && !answered(asked)) {
            Some((_, asked)) => Err(Refusal::field(asked, "Choose one of these: nothing is chosen for you.")),
            None => Ok(()),
        }
    }

    /// Refuses a field that is there with two values, of which one would be passed over. A hidden “no” before a tick is
    /// blank.
    fn refuse_twice(&self) -> Ruled<()> {
        let mut known: BTreeMap<&str, &str> = BTreeMap::new();
        let of_one_value = |name: &str| !name.ends_with("[]") && !OF_THE_FORM.contains(&name);
        for (name, value) in self.pairs.iter().filter(|(name, value)| of_one_value(name) && !value.is_empty()) {
            let plain = app::frame::plain_name(name);
            if known.insert(plain, value).is_some_and(|before| before != value) {
                let sentence =
                    "This field was sent twice, with two values: load the page again and send it from there.";
                return Err(Refusal::field(plain, sentence));
            }
        }
        Ok(())
    }
}

/// The fields of a body, or a sentence.
fn decode(body: &[u8]) -> Result<Vec<(String, String)>, String> {
    let mut pairs = Vec::new();
    for (name, value) in form_urlencoded::parse(body) {
        if pairs.len() == FIELDS_MAX {
            return Err(format!("This form has more than {FIELDS_MAX} fields: send it in parts."));
        }
        if name.len() > NAME_BYTES_MAX || name.split('.').count() > DEPTH_MAX {
            return Err(
                "This form has a field whose name is too long: load the page again and send it from there.".into()
            );
        }
        pairs.push((name.into_owned(), value.into_owned()));
    }
    Ok(pairs)
}

/// How many values a form has become. Counted before each is made.
struct Count(usize);

impl Count {
    fn add(&mut self, more: usize) -> Ruled<()> {
        self.0 += more;
        if self.0 <= VALUES_MAX {
            return Ok(());
        }
        Err(Refusal::rule(format!("This form holds more than {VALUES_MAX} values: send it in parts.")))
    }
}

/// Puts a field where its name leads.
fn put(root: &mut Value, count: &mut Count, name: &str, text: &str) -> Ruled<()> {
    if let Some(path) = name.strip_suffix("[]") {
        count.add(1)?;
        if let Some(list) = place(root, count, path)? {
            if !list.is_array() {
                *list = json!([]);
            }
            if let (Some(list), false) = (list.as_array_mut(), text.is_empty()) {
                list.push(json!(text));
            }
        }
        return Ok(());
    }
    if name.ends_with(":l") {
        count.add(text.split(LIST_MARKS).take(VALUES_MAX).count())?;
    }
    if let Some(slot) = place(root, count, app::frame::plain_name(name))? {
        *slot = read(name, text);
    }
    Ok(())
}

/// The slot at a path of dots, made on the way; `None` where the path runs into a value.
fn place<'a>(root: &'a mut Value, count: &mut Count, path: &str) -> Ruled<Option<&'a mut Value>> {
    let mut slot = root;
    for step in path.split('.') {
        if let Ok(row) = step.parse::<usize>() {
            if slot.is_null() || slot.as_object().is_some_and(Map::is_empty) {
                *slot = json!([]);
            }
            let Some(list) = slot.as_array_mut() else { return Ok(None) };
            if row > ROWS_MAX {
                return Ok(None);
            }
            if list.len() <= row {
                // A row brings the ones before it.
                count.add(row + 1 - list.len())?;
                list.resize(row + 1, Value::Null);
            }
            let Some(inner) = list.get_mut(row) else { return Ok(None) };
            slot = inner;
        } else {
            if slot.is_null() {
                *slot = json!({});
            }
            let Some(fields) = slot.as_object_mut() else { return Ok(None) };
            count.add(usize::from(!fields.contains_key(step)))?;
            slot = fields.entry(step).or_insert(Value::Null);
        }
    }
    Ok(Some(slot))
}

/// What a field holds, by the suffix of its name.
fn read(name: &str, text: &str) -> Value {
    let trimmed = text.trim();
    if name.ends_with(":b") {
        return json!(matches!(trimmed, "true" | "on" | "yes"));
    }
    if name.ends_with(":l") {
        return json!(domain::draft::typed_items(trimmed));
    }
    if trimmed.is_empty() {
        return Value::Null;
    }
    match trimmed.parse::<i64>() {
        Ok(number) if name.ends_with(":n") => json!(number),
        _ => json!(text),
    }
}

/// Objects in which nothing was filled in are nothing; rows of a list that are nothing fall away. It goes no deeper
/// than a name leads.
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
        let pairs = fields.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        Fields::new(pairs).json().expect("a form")
    }

    fn refused(body: &str) -> bool {
        decode(body.as_bytes()).map(Fields::new).is_ok_and(|fields| fields.json().is_err())
            || decode(body.as_bytes()).is_err()
    }

    #[test]
    fn a_name_leads_only_so_deep() {
        assert!(refused(&format!("{}a=1", "a.".repeat(13_000))));
        assert!(refused(&format!("{}a=1", "a.".repeat(DEPTH_MAX))));
        assert!(refused(&format!("{}0=1", "0.".repeat(DEPTH_MAX))));
        assert!(!refused(&format!("{}a=1", "a.".repeat(DEPTH_MAX - 1))));
    }

    #[test]
    fn a_form_becomes_only_so_many_values() {
        let rows: Vec<String> = (0..4_000).map(|number| format!("k{number}.200=1")).collect();
        assert!(refused(&rows.join("&")), "rows that bring rows");
        assert!(refused(&format!("tags:l={}", "a,".repeat(VALUES_MAX))), "a list in one field");
        assert!(refused(&"tags[]=a&".repeat(FIELDS_MAX + 1)), "too many fields");
        let lines: Vec<String> =
            (0..200).flat_map(|row| (0..12).map(move |field| format!("items.{row}.f{field}=x"))).collect();
        assert!(!refused(&lines.join("&")), "200 pasted lines are confirmed");
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
    fn a_field_with_two_values_is_refused() {
        for body in ["title=a&title=b", "title=a&title=&title=b", "count:n=1&count=2"] {
            assert!(refused(body), "{body}");
        }
        for body in ["title=a&title=a", "title=&title=a", "private:b=&private:b=true", "gaps[]=a&gaps[]=b"] {
            assert!(!refused(body), "{body}");
        }
    }

    #[test]
    fn what_a_form_asks_for_is_to_be_chosen() {
        for (body, is_refused) in [
            ("asks[]=kind&kind=", true),
            ("asks[]=kind", true),
            ("asks[]=to&to:n=", true),
            ("asks[]=kind&asks[]=role&kind=a&role=", true),
            ("asks[]=kind&kind=a", false),
            ("asks[]=finding.facet&finding.facet=access", false),
            ("kind=", false),
        ] {
            assert_eq!(refused(body), is_refused, "{body}");
        }
        assert_eq!(form(&[("asks[]", "kind"), ("kind", "a")]), json!({ "kind": "a" }));
    }

    #[test]
    fn a_wrong_number_stays_text_so_that_the_rule_can_name_it() {
        assert_eq!(form(&[("count:n", "many")]), json!({"count": "many"}));
    }
}
