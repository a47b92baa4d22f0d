//! What lets somebody in, and what judges by who they are: accounts, tokens, invitations, sources, the keys that sign, and
//! what people decide about alerts. Each row as a document of the instance's log.

use domain::instance::InstanceNoun;
use serde_json::{Map, Value};
use sqlx::any::AnyRow;
use sqlx::{Any, AssertSqlSafe, Executor, Row};

use crate::Result;
use crate::change::canonical;
use crate::digest::sha256;

/// A table whose rows grant something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Grant {
    /// Somebody who signs in.
    Account,
    /// What a program shows instead of a password.
    Token,
    /// An account to be.
    Invitation,
    /// What signs for a node.
    SigningKey,
    /// A way to stop agents: what may be sent to whom.
    Stop,
    /// A source: its token lets records in.
    Source,
    /// How a rule of the watch is set: it judges acts.
    WatchSetting,
    /// What somebody decided about an alert.
    AlertStep,
}

/// How a column is told.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Number,
    /// Only its digest: the log is for more eyes than the table.
    Secret,
}

use Kind::{Number, Secret, Text};

impl Grant {
    /// Every table that grants.
    pub(crate) const ALL: [Self; 8] = [
        Self::Account,
        Self::Token,
        Self::Invitation,
        Self::SigningKey,
        Self::Stop,
        Self::Source,
        Self::WatchSetting,
        Self::AlertStep,
    ];

    /// What the log calls it.
    pub(crate) fn noun(self) -> InstanceNoun {
        match self {
            Self::Account => InstanceNoun::Account,
            Self::Token => InstanceNoun::Token,
            Self::Invitation => InstanceNoun::Invitation,
            Self::SigningKey => InstanceNoun::SigningKey,
            Self::Stop => InstanceNoun::Stop,
            Self::Source => InstanceNoun::Source,
            Self::WatchSetting => InstanceNoun::WatchSetting,
            Self::AlertStep => InstanceNoun::AlertStep,
        }
    }

    pub(crate) fn table(self) -> &'static str {
        match self {
            Self::Account => "users",
            Self::Token => "tokens",
            Self::Invitation => "invitations",
            Self::SigningKey => "signing_keys",
            Self::Stop => "stops",
            Self::Source => "sources",
            Self::WatchSetting => "watch_settings",
            Self::AlertStep => "alert_steps",
        }
    }

    /// Every column of the table, except when a token was last used: that grants nothing.
    fn columns(self) -> &'static [(&'static str, Kind)] {
        match self {
            Self::Account => &[
                ("id", Text),
                ("email", Text),
                ("name", Text),
                ("role", Text),
                ("password_hash", Secret),
                ("zone", Text),
                ("theme", Text),
                ("mail", Text),
                ("created_at", Number),
                ("disabled_at", Number),
            ],
            Self::Token => &[
                ("id", Text),
                ("user_id", Text),
                ("name", Text),
                ("digest", Secret),
                ("scope", Text),
                ("agent", Text),
                ("created_at", Number),
                ("expires_at", Number),
                ("revoked_at", Number),
            ],
            Self::Invitation => &[
                ("id", Text),
                ("digest", Secret),
                ("email", Text),
                ("role", Text),
                ("inviter", Text),
                ("created_at", Number),
                ("expires_at", Number),
                ("accepted_at", Number),
            ],
            Self::SigningKey => &[("id", Text), ("public_key", Text), ("created_at", Number), ("retired_at", Number)],
            Self::Stop => &[
                ("id", Text),
                ("name", Text),
                ("kind", Text),
                ("method", Text),
                ("url", Text),
                ("headers", Text),
                ("template", Text),
                ("secret", Text),
                ("agents", Text),
                ("quiet_seconds", Number),
                ("is_dry_run", Number),
                ("undone_by", Text),
                ("created_at", Number),
                ("retired_at", Number),
            ],
            Self::Source => &[
                ("id", Text),
                ("name", Text),
                ("folded", Text),
                ("format", Text),
                ("agents", Text),
                ("resources", Text),
                ("agents_only", Number),
                ("heartbeat_seconds", Number),
                ("retention_days", Number),
                ("seal_seconds", Number),
                ("digest", Secret),
                ("token_at", Number),
                ("created_at", Number),
                ("closed_at", Number),
            ],
            Self::WatchSetting => &[("id", Text), ("body", Text), ("created_at", Number)],
            Self::AlertStep => &[
                ("id", Text),
                ("alert_id", Text),
                ("number", Number),
                ("state", Text),
                ("body", Text),
                ("created_at", Number),
            ],
        }
    }

    /// A statement that selects the rows of a condition as `read` wants them.
    pub(crate) fn select(self, condition: &str) -> String {
        let columns: Vec<&str> = self.columns().iter().map(|(column, _)| *column).collect();
        format!("select {} from {} {condition}", columns.join(", "), self.table())
    }

    /// A row as canonical JSON.
    pub(crate) fn read(self, row: &AnyRow) -> Result<String> {
        let mut document = Map::new();
        for (column, kind) in self.columns() {
            let value = match kind {
                Text => row.try_get::<Option<String>, _>(*column)?.map(Value::from),
                Number => row.try_get::<Option<i64>, _>(*column)?.map(Value::from),
                Secret => row.try_get::<Option<String>, _>(*column)?.map(|secret| sha256(&secret).into()),
            };
            document.insert((*column).to_string(), value.unwrap_or(Value::Null));
        }
        Ok(canonical(&Value::Object(document)))
    }

    /// The document of one row; nothing where it is not there.
    pub(crate) async fn find<'e, E: Executor<'e, Database = Any>>(self, from: E, id: &str) -> Result<Option<String>> {
        let row = sqlx::query(AssertSqlSafe(self.select("where id = $1"))).bind(id).fetch_optional(from).await?;
        row.as_ref().map(|row| self.read(row)).transpose()
    }
}
