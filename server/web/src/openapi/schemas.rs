//! The schemas of all bodies, once each. What is read may look otherwise than what is written (a field with a default may
//! be left out, and is always there in an answer): a type of which both are needed has two schemas.

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::command::contract::Describe;

/// Where references look.
const PLACE: &str = "#/components/schemas/";
/// The mark of a reference to what is read, until all names are known.
const READ: &str = "#/read/";
/// What a schema is called of which there is another for answers.
const SUFFIX: &str = "Input";

pub(super) struct Schemas {
    read: SchemaGenerator,
    written: SchemaGenerator,
}

impl Default for Schemas {
    fn default() -> Self {
        let settings = |place: &'static str| {
            SchemaSettings::draft2020_12().with(|settings| {
                settings.definitions_path = place.trim_start_matches('#').trim_end_matches('/').into();
                settings.meta_schema = None;
            })
        };
        Self {
            read: settings(READ).for_deserialize().into_generator(),
            written: settings(PLACE).for_serialize().into_generator(),
        }
    }
}

impl Schemas {
    /// The schema of what is sent.
    pub(super) fn body(&mut self, of: Describe) -> Value {
        of(&mut self.read).to_value()
    }

    /// The parameters that stand in a query: what may be left out is left out, and never `null`.
    pub(super) fn query(&mut self, of: Describe) -> Vec<Value> {
        let schema = of(&mut self.read).to_value();
        let named = schema["properties"].as_object().into_iter().flatten();
        let parameter = |(name, schema): (&String, &Value)| {
            let (mut schema, mut parameter) = (schema.clone(), json!({ "name": name, "in": "query" }));
            if let Some(fields) = schema.as_object_mut() {
                without_null(fields);
                parameter["description"] = fields.remove("description").unwrap_or_default();
            }
            parameter["schema"] = schema;
            parameter
        };
        named.map(parameter).collect()
    }

    /// The schema of what is answered.
    pub(super) fn answer(&mut self, of: Describe) -> Value {
        of(&mut self.written).to_value()
    }

    /// All schemas by name. The references in `paths` are set to what they are called in the end.
    pub(super) fn finish(mut self, paths: &mut Value) -> Value {
        let (read, written) = (self.read.take_definitions(true), self.written.take_definitions(true));
        let same = |name: &String, schema: &Value| {
            let mut other = schema.clone();
            refer(&mut other, &|name| format!("{PLACE}{name}"));
            written.get(name).is_none_or(|written| *written == other)
        };
        let twins: Vec<String> =
            read.iter().filter(|(name, schema)| !same(name, schema)).map(|(name, _)| name.clone()).collect();
        let called = |name: &str| {
            let is_twin = twins.iter().any(|twin| twin == name);
            format!("{PLACE}{name}{}", if is_twin { SUFFIX } else { "" })
        };
        refer(paths, &called);
        open(paths);
        let mut all: Map<String, Value> = written;
        for (name, mut schema) in read {
            refer(&mut schema, &called);
            let called = called(&name);
            all.insert(called.trim_start_matches(PLACE).to_string(), schema);
        }
        let mut all = json!(all);
        open(&mut all);
        all
    }
}

/// The schema of a value that is there.
fn without_null(fields: &mut Map<String, Value>) {
    fields.retain(|name, value| name != "default" || !value.is_null());
    if let Some(Value::Array(types)) = fields.get_mut("type") {
        types.retain(|word| word != "null");
        if let [one] = &types[..] {
            let one = one.clone();
            fields.insert("type".into(), one);
        }
    }
    if let Some(Value::Array(all)) = fields.remove("anyOf") {
        let there = all.into_iter().filter(|one| one["type"] != "null");
        fields.extend(there.filter_map(|one| one.as_object().cloned()).flatten());
    }
}

/// Writes a field that may hold anything as the empty schema: generators of clients do not know the short form `true`.
fn open(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::Object(properties) if name == "properties" => {
                        properties
                            .values_mut()
                            .filter(|schema| **schema == json!(true))
                            .for_each(|schema| *schema = json!({}));
                        properties.values_mut().for_each(open);
                    }
                    Value::Bool(true) if name == "items" => *value = json!({}),
                    value => open(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(open),
        _ => {}
    }
}

/// Renames the references to what is read.
fn refer(value: &mut Value, called: &dyn Fn(&str) -> String) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let read = value.as_str().filter(|_| name == "$ref").and_then(|text| text.strip_prefix(READ));
                match read.map(called) {
                    Some(called) => *value = json!(called),
                    None => refer(value, called),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| refer(item, called)),
        _ => {}
    }
}
