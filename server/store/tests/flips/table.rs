//! A table whose rows are altered and put back.

use sqlx::{AssertSqlSafe, Row};

use super::chance::Chance;
use crate::world::World;

/// Every table that grants, judges, or holds what was read.
pub const TABLES: [&str; 32] = [
    "alerts",
    "alert_steps",
    "watch_settings",
    "incidents",
    "incident_tags",
    "incident_members",
    "records",
    "changes",
    "counters",
    "inbox",
    "users",
    "account_names",
    "tokens",
    "invitations",
    "subjects",
    "subject_changes",
    "readings",
    "log_segments",
    "log_blocks",
    "log_complaints",
    "log_raws",
    "revision_files",
    "signing_keys",
    "checkpoints",
    "registry_records",
    "agents",
    "agent_identifiers",
    "stops",
    "containments",
    "incident_agents",
    "incident_words",
    "evidence",
];

/// Columns that neither grant nor judge nor were read, with the reason.
const FREE: [(&str, &str); 5] = [
    // When a token was used last: it changes with use, and grants nothing.
    ("tokens", "last_used_at"),
    // Since when an account is called so, and whether that was told: names count alike, however old.
    ("account_names", "since"),
    ("account_names", "told_at"),
    // Which process read, and when it last told of it.
    ("readings", "node"),
    ("readings", "updated_at"),
];

/// Tables that rules write, and the columns of them that people set. Everything else in them follows from what sources
/// sent.
const SET_BY_PEOPLE: [(&str, &[&str]); 1] = [("alerts", &["id", "state", "until", "assignee", "steps"])];

/// Whether nobody set a column, so that no log holds it.
fn is_free(table: &str, column: &str) -> bool {
    let set = SET_BY_PEOPLE.iter().find(|(name, _)| *name == table);
    FREE.contains(&(table, column)) || set.is_some_and(|(_, columns)| !columns.contains(&column))
}

/// What was done, in words.
pub type Flip = String;

pub struct Table {
    pub name: &'static str,
    columns: Vec<(String, String)>,
    keys: Vec<String>,
}

impl Table {
    /// Learns the columns and keeps a copy of all rows.
    pub async fn open(world: &World, name: &'static str) -> Self {
        let (columns, keys) = if is_plain(name) { describe(world, name).await } else { (Vec::new(), Vec::new()) };
        if is_plain(name) {
            run(world, &format!("create table kept_{name} as select * from {name}")).await.unwrap();
        }
        Self { name, columns, keys }
    }

    /// Alters one value, takes a row out, or puts one in.
    pub async fn flip(&self, world: &World, chance: &mut Chance) -> Flip {
        if !is_plain(self.name) {
            return super::cases::flip_other(world, self.name, chance).await;
        }
        // What the database itself refuses is no flip: another one is tried.
        for _ in 0..1000 {
            let done = match chance.below(4) {
                0 => self.take_out(world, chance).await,
                1 => self.put_in(world, chance).await,
                _ => self.alter(world, chance).await,
            };
            if let Some(flip) = done {
                return flip;
            }
        }
        panic!("nothing in {} can be altered", self.name);
    }

    /// Puts all rows back.
    pub async fn mend(&self, world: &World) {
        let name = self.name;
        if !is_plain(name) {
            return super::cases::mend_other(world, name).await;
        }
        run(world, &format!("delete from {name}")).await.unwrap();
        run(world, &format!("insert into {name} select * from kept_{name}")).await.unwrap();
    }

    async fn take_out(&self, world: &World, chance: &mut Chance) -> Option<Flip> {
        let row = self.row(world, chance).await?;
        let done = run(world, &format!("delete from {} where {row}", self.name)).await.ok()?;
        (done == 1).then(|| format!("{}: a row taken out", self.name))
    }

    async fn put_in(&self, world: &World, chance: &mut Chance) -> Option<Flip> {
        let row = self.row(world, chance).await?;
        let key = &self.keys[chance.below(self.keys.len())];
        let cells: Vec<String> = self
            .columns
            .iter()
            .map(|(column, kind)| match (column == key || self.is_unique(column), kind.as_str()) {
                (true, "text") => format!("{column} || 'x'"),
                (true, _) => format!("(select max({column}) + 1 from {})", self.name),
                (false, _) => column.clone(),
            })
            .collect();
        let statement = format!("insert into {0} select {1} from {0} where {row}", self.name, cells.join(", "));
        let done = run(world, &statement).await.ok()?;
        (done == 1).then(|| format!("{}: a row put in (another {key})", self.name))
    }

    /// Columns that are unique beside the key.
    fn is_unique(&self, column: &str) -> bool {
        matches!(
            (self.name, column),
            ("users", "email")
                | ("tokens" | "invitations", "digest")
                | ("signing_keys", "public_key")
                | ("incidents", "number")
                | ("alert_steps", "number")
        )
    }

    async fn alter(&self, world: &World, chance: &mut Chance) -> Option<Flip> {
        let (column, kind) = &self.columns[chance.below(self.columns.len())];
        if is_free(self.name, column) {
            return None;
        }
        let row = self.row(world, chance).await?;
        let name = self.name;
        let assigned = match (kind.as_str(), chance.below(4)) {
            ("text", 0) => format!("(select o.{column} from {name} o where o.{column} <> {name}.{column} limit 1)"),
            ("text", 1) => "null".to_string(),
            ("text", 2) => format!("coalesce({column}, '') || 'x'"),
            ("text", _) => {
                let place = self.length(world, column, &row).await.map(|length| chance.below(length) + 1)?;
                format!("substr({column}, 1, {place} - 1) || '7' || substr({column}, {place} + 1)")
            }
            ("blob", _) => return self.flip_bit(world, column, &row, chance).await,
            (_, 0) => "null".to_string(),
            (_, 1) => format!("coalesce({column}, 0) - 1"),
            (_, 2) => "0".to_string(),
            _ => format!("coalesce({column}, 0) + {}", 1 + chance.below(1000)),
        };
        let changed = format!(
            "update {name} set {column} = {assigned} where {row} and ({column} is null) <> (({assigned}) is null)
             or {row} and {column} <> {assigned}"
        );
        (run(world, &changed).await.ok()? == 1).then(|| format!("{name}.{column} set to {}", shape(&assigned)))
    }

    async fn flip_bit(&self, world: &World, column: &str, row: &str, chance: &mut Chance) -> Option<Flip> {
        let select = format!("select {column} from {} where {row}", self.name);
        let mut bytes: Vec<u8> = sqlx::query_scalar(AssertSqlSafe(select)).fetch_one(&world.backdoor).await.unwrap();
        let place = chance.below(bytes.len());
        *bytes.get_mut(place)? ^= 1 << chance.below(8);
        let update = format!("update {} set {column} = $1 where {row}", self.name);
        sqlx::query(AssertSqlSafe(update)).bind(bytes).execute(&world.backdoor).await.unwrap();
        Some(format!("{}.{column}: one bit", self.name))
    }

    async fn length(&self, world: &World, column: &str, row: &str) -> Option<usize> {
        let select = format!("select cast(length({column}) as bigint) from {} where {row}", self.name);
        let length: Option<i64> = sqlx::query_scalar(AssertSqlSafe(select)).fetch_one(&world.backdoor).await.unwrap();
        length.and_then(|length| usize::try_from(length).ok()).filter(|length| *length > 0)
    }

    /// The condition for one row.
    async fn row(&self, world: &World, chance: &mut Chance) -> Option<String> {
        let count = format!("select cast(count(*) as bigint) from {}", self.name);
        let count: i64 = sqlx::query_scalar(AssertSqlSafe(count)).fetch_one(&world.backdoor).await.unwrap();
        assert!(count > 0, "{} is empty", self.name);
        let place = chance.below(usize::try_from(count).unwrap());
        let row = if world.is_postgres() { "cast(ctid as text)" } else { "cast(rowid as text)" };
        let order = if world.is_postgres() { "ctid" } else { "rowid" };
        let select = format!("select {row} as place from {} order by {order} limit 1 offset {place}", self.name);
        let found = sqlx::query(AssertSqlSafe(select)).fetch_one(&world.backdoor).await.unwrap();
        let place: String = found.try_get("place").unwrap();
        Some(if world.is_postgres() { format!("ctid = '{place}'::tid") } else { format!("rowid = {place}") })
    }
}

/// A flip without the row it was made in, so that the same ones are told once.
fn shape(assigned: &str) -> String {
    assigned.replace(|letter: char| letter.is_ascii_digit(), "")
}

/// Whether a table is rows and columns: the word index and the files of evidence are not.
fn is_plain(name: &str) -> bool {
    name != "incident_words" && name != "evidence"
}

async fn describe(world: &World, name: &str) -> (Vec<(String, String)>, Vec<String>) {
    let (columns, keys) = if world.is_postgres() {
        (
            format!(
                "select cast(column_name as text), replace(replace(cast(data_type as text), 'bigint', 'integer'), 'bytea', 'blob')
                 from information_schema.columns where table_name = '{name}' order by ordinal_position"
            ),
            format!(
                "select cast(a.attname as text) from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
                 where i.indrelid = '{name}'::regclass and i.indisprimary order by a.attnum"
            ),
        )
    } else {
        (
            format!("select name, lower(type) from pragma_table_info('{name}') order by cid"),
            format!("select name from pragma_table_info('{name}') where pk > 0 order by cid"),
        )
    };
    let columns: Vec<(String, String)> =
        sqlx::query_as(AssertSqlSafe(columns)).fetch_all(&world.backdoor).await.unwrap();
    let keys: Vec<String> = sqlx::query_scalar(AssertSqlSafe(keys)).fetch_all(&world.backdoor).await.unwrap();
    assert!(!columns.is_empty() && !keys.is_empty(), "{name} is not there");
    (columns, keys)
}

async fn run(world: &World, statement: &str) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query(AssertSqlSafe(statement.to_string())).execute(&world.backdoor).await?.rows_affected())
}
