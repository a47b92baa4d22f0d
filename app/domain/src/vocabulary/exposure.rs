//! Words about what was exposed.

use super::Facet;
use crate::words::words;

words! {
    /// How sensitive a resource is.
    ResourceClass is "a class of resource" {
        Public "public" "Public", Internal "internal" "Internal", Confidential "confidential" "Confidential",
        Restricted "restricted" "Restricted", Regulated "regulated" "Regulated",
    }
}

impl ResourceClass {
    /// What a cell of this class weighs in the mean coverage.
    pub const fn weight(self) -> u8 {
        match self {
            Self::Public => 0,
            Self::Internal => 1,
            Self::Confidential => 2,
            Self::Restricted => 4,
            Self::Regulated => 8,
        }
    }
}

words! {
    /// What an access path lets somebody do.
    Op is "an operation" {
        Read "read" "Read", List "list" "List", Search "search" "Search", Export "export" "Export",
        Write "write" "Write", Delete "delete" "Delete", Grant "grant" "Grant",
    }
}

impl Op {
    /// The facet of harm this operation could do.
    pub const fn facet(self) -> Facet {
        match self {
            Self::Read | Self::List | Self::Search | Self::Export => Facet::Access,
            Self::Write | Self::Delete | Self::Grant => Facet::Integrity,
        }
    }
}

words! {
    /// The way an access path leads.
    Channel is "a channel" {
        Ui "ui" "User interface", Api "api" "API", Cli "cli" "Command line", Replica "replica" "Replica",
        Backup "backup" "Backup", Cache "cache" "Cache", Index "index" "Search index",
        AgentTool "agent_tool" "Agent tool", DirectDb "direct_db" "Database, directly",
    }
}

words! {
    /// Whether an access path could be taken.
    PathStatus is "a path's status" { Open "open" "Open", Impossible "impossible" "Impossible" }
}
