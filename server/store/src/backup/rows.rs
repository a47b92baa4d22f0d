//! Rows of any table, read and written alike on both databases.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::revision::digest;
use futures::{StreamExt, TryStreamExt};
use serde_json::{Map, Value, json};
use sqlx::any::{AnyRow, AnyTypeInfoKind};
use sqlx::{AssertSqlSafe, Row, ValueRef};

use super::{FIRST, PASSING, Sum};
use crate::change::canonical;
use crate::engine::{Db, Tx};
use crate::{Error, Result};

/// The tables of a database with their columns: of each its name and type.
pub(super) struct Tables(BTreeMap<String, Vec<(String, Kind)>>);

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Text,
    Bytes,
}

impl Tables {
    pub(super) async fn of(db: &Db, tx: &mut Tx) -> Result<Self> {
        let rows: Vec<(String, String, String)> = sqlx::query_as(db.engine.all_columns()).fetch_all(tx).await?;
        let mut tables: BTreeMap<String, Vec<(String, Kind)>> = BTreeMap::new();
        for (table, column, kind) in rows {
            let kind = match kind.as_str() {
                "integer" | "bigint" => Kind::Number,
                "text" => Kind::Text,
                "blob" | "bytea" => Kind::Bytes,
                other => return Err(Error::internal(format!("{table}.{column} is of a type {other}"))),
            };
            tables.entry(table).or_default().push((column, kind));
        }
        Ok(Self(tables))
    }

    /// Those that are kept, the ones first that others refer to.
    pub(super) fn kept(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.0.keys().map(String::as_str).filter(|name| !PASSING.contains(name)).collect();
        names.sort_by_key(|name| (FIRST.iter().position(|first| first == name).unwrap_or(FIRST.len()), *name));
        names
    }

    pub(super) fn columns(&self, table: &str) -> Vec<String> {
        self.0.get(table).into_iter().flatten().map(|(name, _)| name.clone()).collect()
    }

    pub(super) fn kind(&self, table: &str, column: &str) -> Option<Kind> {
        self.0.get(table)?.iter().find(|(name, _)| name == column).map(|(_, kind)| *kind)
    }
}

/// Reads every row of a table; answers what they come to.
pub(super) async fn each(
    tx: &mut Tx,
    table: &str,
    columns: &[String],
    mut take: impl FnMut(Vec<Value>) -> Result<()>,
) -> Result<Sum> {
    let names: Vec<String> = columns.iter().map(|name| format!("\"{name}\"")).collect();
    let statement = format!("select {} from \"{table}\"", names.join(", "));
    let mut rows = sqlx::query(AssertSqlSafe(statement)).fetch(tx).boxed();
    let mut summing = Summing::default();
    while let Some(row) = rows.try_next().await? {
        let values: Vec<Value> = (0..columns.len()).map(|place| value(&row, place)).collect::<Result<_>>()?;
        summing.add(columns, &values);
        take(values)?;
    }
    Ok(summing.end())
}

fn value(row: &AnyRow, place: usize) -> Result<Value> {
    let raw = row.try_get_raw(place)?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    Ok(match raw.type_info().kind() {
        AnyTypeInfoKind::Blob => json!({ "base64": STANDARD.encode(row.try_get::<Vec<u8>, _>(place)?) }),
        AnyTypeInfoKind::Text => json!(row.try_get::<String, _>(place)?),
        _ => json!(row.try_get::<i64, _>(place)?),
    })
}

/// Adds rows up.
#[derive(Default)]
pub(super) struct Summing {
    rows: u64,
    sum: u128,
}

impl Summing {
    pub(super) fn add(&mut self, columns: &[String], values: &[Value]) {
        let fields: Map<String, Value> = columns.iter().cloned().zip(values.iter().cloned()).collect();
        let half = &digest(canonical(&Value::Object(fields)).as_bytes())[..32];
        self.rows += 1;
        self.sum = self.sum.wrapping_add(u128::from_str_radix(half, 16).unwrap_or_default());
    }

    pub(super) fn end(&self) -> Sum {
        Sum { rows: self.rows, digest: format!("{:032x}", self.sum) }
    }
}

/// Writes one row.
pub(super) async fn insert(tx: &mut Tx, statement: &str, kinds: &[Kind], values: Vec<Value>) -> Result<()> {
    let mut query = sqlx::query(AssertSqlSafe(statement.to_string()));
    for (kind, value) in kinds.iter().zip(values) {
        query = match (kind, value) {
            (Kind::Number, Value::Null) => query.bind(None::<i64>),
            (Kind::Text, Value::Null) => query.bind(None::<String>),
            (Kind::Bytes, Value::Null) => query.bind(None::<Vec<u8>>),
            (Kind::Number, Value::Number(number)) => query.bind(number.as_i64()),
            (Kind::Text, Value::String(text)) => query.bind(text),
            (Kind::Bytes, Value::Object(fields)) => {
                let text = fields.get("base64").and_then(Value::as_str).unwrap_or_default();
                query.bind(STANDARD.decode(text).map_err(|error| Error::internal(error.to_string()))?)
            }
            (_, other) => return Err(Error::internal(format!("a row has {other} where its table has another type"))),
        };
    }
    query.execute(tx).await?;
    Ok(())
}
