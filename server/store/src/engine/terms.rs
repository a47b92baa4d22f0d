//! The word index of SQLite, looked at from inside: which words it finds which incident by.

use std::collections::HashMap;

use sha2::{Digest, Sha256};
use sqlx::{Connection, SqliteConnection};

use crate::Result;

/// The words of documents, as one running digest for each.
#[derive(Default)]
pub(crate) struct Terms(HashMap<i64, Sha256>);

/// Splits texts as the index does: its own rules, in memory.
pub(crate) struct Splitter(SqliteConnection);

/// All that the index holds. The words of one document come in the same order here and in the splitter.
pub(super) const ALL: &str = "select doc, term, \"offset\" from incident_words_terms";

/// An index of the same rules as `incident_words`.
const SPLITTER: &str = "
    create virtual table split using fts5 (
        words, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0'
    );
    create virtual table terms using fts5vocab (split, 'instance');
";

impl Terms {
    pub(crate) fn add(&mut self, document: i64, term: &str, place: i64) {
        let digest = self.0.entry(document).or_default();
        digest.update(place.to_le_bytes());
        digest.update((term.len() as u64).to_le_bytes());
        digest.update(term);
    }

    /// Takes a document out; answers whether it has these words.
    pub(crate) fn take(&mut self, document: i64, words: Self) -> bool {
        let end = |digest: Option<Sha256>| digest.map(|digest| digest.finalize());
        end(self.0.remove(&document)) == end(words.0.into_values().next())
    }

    /// The documents that are left, in order.
    pub(crate) fn documents(&self) -> impl Iterator<Item = i64> {
        let mut documents: Vec<i64> = self.0.keys().copied().collect();
        documents.sort_unstable();
        documents.into_iter()
    }

    pub(crate) async fn splitter() -> Result<Splitter> {
        let mut memory = SqliteConnection::connect("sqlite::memory:").await?;
        sqlx::raw_sql(SPLITTER).execute(&mut memory).await?;
        Ok(Splitter(memory))
    }
}

impl Splitter {
    /// The words of one document.
    pub(crate) async fn terms_of(&mut self, document: i64, words: &str) -> Result<Terms> {
        sqlx::query("insert into split (rowid, words) values ($1, $2)")
            .bind(document)
            .bind(words)
            .execute(&mut self.0)
            .await?;
        let rows: Vec<(i64, String, i64)> =
            sqlx::query_as("select doc, term, \"offset\" from terms").fetch_all(&mut self.0).await?;
        sqlx::query("delete from split where rowid = $1").bind(document).execute(&mut self.0).await?;
        let mut terms = Terms::default();
        rows.into_iter().for_each(|(document, term, place)| terms.add(document, &term, place));
        Ok(terms)
    }
}
