//! The JSON Schemas of what reads and writes itself by hand. All others follow from their types (`JsonSchema`), and the
//! words of vocabularies from `words!`.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::casefile::PrincipalRef;
use crate::draft::When;
use crate::time::{Instant, TimeRange, Zone};
use crate::timeline::Lines;
use crate::{Id, Key};

/// Names a schema and says what it is.
macro_rules! schema {
    ($type:ty, $name:literal, |$generator:pat_param| $schema:expr) => {
        impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }

            fn json_schema($generator: &mut SchemaGenerator) -> Schema {
                $schema
            }
        }
    };
}

schema!(Key, "Key", |_| json_schema!({
    "type": "string", "pattern": "^[Ii][Nn][Cc]-[0-9]{1,12}$", "description": "The key of an incident, such as INC-12."
}));

schema!(Instant, "Instant", |_| json_schema!({
    "type": "string", "format": "date-time", "description": "A point in time (RFC 3339)."
}));

schema!(Zone, "Zone", |_| json_schema!({
    "type": "string", "description": "A time zone: an IANA name, or an offset such as +02:00."
}));

schema!(When, "When", |generator| json_schema!({
    "description": "A time: text as people type it, read in the zone of the account, or a range.",
    "anyOf": [{ "type": "string" }, generator.subschema_for::<TimeRange>()]
}));

schema!(Lines, "Lines", |_| json_schema!({
    "description": "Lines of an evidence item, first and last, counted from 1.",
    "anyOf": [
        { "type": "array", "items": { "type": "integer", "minimum": 1 }, "minItems": 2, "maxItems": 2 },
        { "type": "integer", "minimum": 1 },
        { "type": "string" }
    ]
}));

schema!(PrincipalRef, "PrincipalRef", |generator| {
    let (id, kind) = (
        generator.subschema_for::<Option<Id>>(),
        generator.subschema_for::<Option<crate::vocabulary::PrincipalKind>>(),
    );
    json_schema!({
        "description": "A principal: the id of a known one, or kind and name of one that is made if there is none.",
        "anyOf": [
            { "type": "string" },
            { "type": "object", "additionalProperties": false,
              "properties": { "id": id, "kind": kind, "name": { "type": ["string", "null"] } } }
        ]
    })
});

schema!(crate::agent::Pattern, "Pattern", |_| json_schema!({
    "type": "string",
    "description": "A pattern of resources: * stands for any characters within one segment, ** for any at all."
}));
