//! Both databases have the same tables, columns, nullability and indexes.

use std::collections::BTreeSet;

use sqlx::AnyPool;

use crate::world::World;

/// What only one engine needs: its own bookkeeping, and its form of the word index.
fn is_own(name: &str) -> bool {
    name.starts_with("_sqlx") || name.starts_with("sqlite_") || name.starts_with("incident_words")
}

async fn lines(pool: &AnyPool, statement: &'static str) -> BTreeSet<String> {
    let lines: Vec<String> = sqlx::query_scalar(statement).fetch_all(pool).await.unwrap();
    lines.into_iter().filter(|line| !is_own(line)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_schemas_are_the_same() {
    let (sqlite, postgres) = (World::on_sqlite().await, World::on_postgres().await);
    let columns = lines(
        &sqlite.backdoor,
        "select m.name || '.' || c.name || ' ' || replace(replace(lower(c.type), 'integer', 'bigint'), 'blob', 'bytea') || case c.\"notnull\" when 1 then ' not null' else '' end
         from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table'",
    )
    .await;
    let theirs = lines(
        &postgres.backdoor,
        "select cast(table_name || '.' || column_name || ' ' || data_type || case is_nullable when 'NO' then ' not null' else '' end as text)
         from information_schema.columns where table_schema = 'public'",
    )
    .await;
    assert!(columns.len() > 60, "{columns:?}");
    assert_eq!(columns, theirs);
    let indexes =
        lines(&sqlite.backdoor, "select name from sqlite_master where type = 'index' and sql is not null").await;
    let theirs = lines(
        &postgres.backdoor,
        "select cast(indexname as text) from pg_indexes where schemaname = 'public' and indexname not like '%_pkey' and indexname not like '%_key'",
    )
    .await;
    assert_eq!(indexes, theirs);
    assert!(indexes.contains("changes_by_record"), "{indexes:?}");
}

#[test]
fn the_migrations_have_the_same_names() {
    let names = |engine: &str| {
        let directory = format!("{}/../../migrations/{engine}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_dir(directory).unwrap().map(|file| file.unwrap().file_name()).collect::<BTreeSet<_>>()
    };
    assert_eq!(names("sqlite"), names("postgres"));
}
