//! What a command takes and gives, as JSON Schemas: made from the types that are read and written, so that the
//! description of the API cannot say something else than the API does.

use std::borrow::Cow;
use std::marker::PhantomData;

use domain::vocabulary::PrincipalKind;
use domain::{Id, Ruled};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use super::request;

/// Adds a type to a description and answers what refers to it.
pub type Describe = fn(&mut SchemaGenerator) -> Schema;

/// What a command takes and gives.
#[derive(Debug, Clone, Copy)]
pub struct Contract {
    /// What it does, in a line.
    pub says: &'static str,
    /// What its query may say.
    pub asks: Describe,
    /// The body it takes; a command without one is told all in its address.
    pub takes: Option<Describe>,
    /// The body it gives.
    pub gives: Describe,
}

impl Contract {
    /// Refuses what a command without a body is told all the same. A version is what some programs send back with
    /// everything.
    pub fn check_body(&self, body: &Value) -> Ruled<()> {
        if self.takes.is_some() { Ok(()) } else { request::only(body, &["version"]) }
    }
}

/// The reference to a type.
pub fn describe<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// An entry of a case file as the API shows it: the document with its version, and principals by kind and name.
pub struct Shown<T>(PhantomData<T>);

/// The fields in which an entry names a principal.
pub const ROLES: [&str; 3] = ["actor", "on_behalf_of", "invoked_by"];

/// A principal where an entry names it.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used: `shown` writes it")]
struct NamedPrincipal {
    id: Id,
    kind: PrincipalKind,
    name: String,
}

impl<T: JsonSchema> JsonSchema for Shown<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("{}Entry", T::schema_name()).into()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("Shown<{}>", T::schema_id()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let named = json!({ "anyOf": [generator.subschema_for::<NamedPrincipal>(), { "type": ["string", "null"] }] });
        let mut schema = T::json_schema(generator);
        let version = json!({ "type": "integer", "minimum": 0, "description": "Goes into If-Match of the next edit." });
        extend(&mut schema, |properties| {
            properties.insert("version".into(), version);
            for role in ROLES {
                if let Some(property) = properties.get_mut(role) {
                    *property = named.clone();
                }
            }
        });
        schema
    }
}

/// A type with more fields beside its own.
pub struct With<T, More>(PhantomData<(T, More)>);

impl<T: JsonSchema, More: JsonSchema> JsonSchema for With<T, More> {
    fn schema_name() -> Cow<'static, str> {
        format!("{}With{}", T::schema_name(), More::schema_name()).into()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("With<{}, {}>", T::schema_id(), More::schema_id()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = T::json_schema(generator);
        let more = More::json_schema(generator).to_value();
        let added = more.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
        extend(&mut schema, |properties| properties.extend(added));
        let required = more.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        if let Some(all) = schema.ensure_object().entry("required").or_insert_with(|| json!([])).as_array_mut() {
            let new: Vec<Value> = required.into_iter().filter(|name| !all.contains(name)).collect();
            all.extend(new);
        }
        schema
    }
}

fn extend(schema: &mut Schema, add: impl FnOnce(&mut Map<String, Value>)) {
    let properties = schema.ensure_object().entry("properties").or_insert_with(|| json!({}));
    if let Some(properties) = properties.as_object_mut() {
        add(properties);
    }
}

/// A page of a list.
pub struct Listed<T>(PhantomData<T>);

impl<T: JsonSchema> JsonSchema for Listed<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("{}List", T::schema_name()).into()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("Listed<{}>", T::schema_id()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let item = generator.subschema_for::<T>();
        json_schema!({
            "type": "object",
            "properties": {
                "items": { "type": "array", "items": item },
                "next_cursor": { "type": ["string", "null"], "description": "Send it as ?cursor= for the next page." }
            },
            "required": ["items", "next_cursor"]
        })
    }
}

/// One of two bodies.
pub struct Either<A, B>(PhantomData<(A, B)>);

impl<A: JsonSchema, B: JsonSchema> JsonSchema for Either<A, B> {
    fn schema_name() -> Cow<'static, str> {
        format!("{}Or{}", A::schema_name(), B::schema_name()).into()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("Either<{}, {}>", A::schema_id(), B::schema_id()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [generator.subschema_for::<A>(), generator.subschema_for::<B>()] })
    }
}

/// An edit: the fields that change. One that is `null` is taken out; one that is left out stays (RFC 7396).
pub struct Edited<T>(PhantomData<T>);

impl<T: JsonSchema> JsonSchema for Edited<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("{}Edit", T::schema_name()).into()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("Edited<{}>", T::schema_id()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = T::json_schema(generator);
        let object = schema.ensure_object();
        object.remove("required");
        // What was read may be sent back with the edit, with all that the record has beside its draft.
        object.remove("additionalProperties");
        for property in
            object.get_mut("properties").and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut)
        {
            *property = json!({ "anyOf": [property.take(), { "type": "null" }] });
        }
        schema
    }
}
