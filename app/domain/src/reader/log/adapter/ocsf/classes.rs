//! The classes of the Open Cybersecurity Schema Framework and their activities, as in `events/` of
//! github.com/ocsf/ocsf-schema.

use crate::vocabulary::{Effect, Verb};

/// An activity of a class: its number, what it is called, and what it means.
pub type Activity = (u64, &'static str, Verb, Effect);

/// The activities that most classes share.
const CHANGES: &[Activity] = &[
    (1, "Create", Verb::Write, Effect::Mutating),
    (2, "Read", Verb::Read, Effect::Read),
    (3, "Update", Verb::Write, Effect::Mutating),
    (4, "Delete", Verb::Delete, Effect::Destructive),
];

const FILES: &[Activity] = &[
    (1, "Create", Verb::Write, Effect::Mutating),
    (2, "Read", Verb::Read, Effect::Read),
    (3, "Update", Verb::Write, Effect::Mutating),
    (4, "Delete", Verb::Delete, Effect::Destructive),
    (5, "Rename", Verb::Write, Effect::Mutating),
    (6, "Set Attributes", Verb::Write, Effect::Mutating),
    (7, "Set Security", Verb::Grant, Effect::Privilege),
    (8, "Get Attributes", Verb::Read, Effect::Read),
    (9, "Get Security", Verb::Read, Effect::Read),
    (10, "Encrypt", Verb::Write, Effect::Mutating),
    (11, "Decrypt", Verb::Write, Effect::Mutating),
    (12, "Mount", Verb::Config, Effect::Mutating),
    (13, "Unmount", Verb::Config, Effect::Mutating),
    (14, "Open", Verb::Read, Effect::Read),
];

const HOSTED_FILES: &[Activity] = &[
    (1, "Upload", Verb::Write, Effect::Mutating),
    (2, "Download", Verb::Read, Effect::Read),
    (3, "Update", Verb::Write, Effect::Mutating),
    (4, "Delete", Verb::Delete, Effect::Destructive),
    (5, "Rename", Verb::Write, Effect::Mutating),
    (6, "Copy", Verb::Write, Effect::Mutating),
    (7, "Move", Verb::Write, Effect::Mutating),
    (8, "Restore", Verb::Write, Effect::Mutating),
    (9, "Preview", Verb::Read, Effect::Read),
    (10, "Lock", Verb::Config, Effect::Mutating),
    (11, "Unlock", Verb::Config, Effect::Mutating),
    (12, "Share", Verb::Share, Effect::Mutating),
    (13, "Unshare", Verb::Revoke, Effect::Privilege),
    (14, "Open", Verb::Read, Effect::Read),
    (15, "Sync", Verb::Write, Effect::Mutating),
    (16, "Unsync", Verb::Config, Effect::Mutating),
];

/// The classes and their activities.
pub const CLASSES: &[(u64, &str, &[Activity])] = &[
    (1001, "File System Activity", FILES),
    (
        1002,
        "Kernel Extension Activity",
        &[(1, "Load", Verb::Config, Effect::Mutating), (2, "Unload", Verb::Config, Effect::Mutating)],
    ),
    (
        1003,
        "Kernel Activity",
        &[
            (1, "Create", Verb::Write, Effect::Mutating),
            (2, "Read", Verb::Read, Effect::Read),
            (3, "Delete", Verb::Delete, Effect::Destructive),
            (4, "Invoke", Verb::Execute, Effect::Mutating),
        ],
    ),
    (
        1005,
        "Module Activity",
        &[
            (1, "Load", Verb::Execute, Effect::Mutating),
            (2, "Unload", Verb::Execute, Effect::Mutating),
            (3, "Invoke", Verb::Execute, Effect::Mutating),
        ],
    ),
    (
        1006,
        "Scheduled Job Activity",
        &[
            (1, "Create", Verb::Write, Effect::Mutating),
            (2, "Update", Verb::Write, Effect::Mutating),
            (3, "Delete", Verb::Delete, Effect::Destructive),
            (4, "Enable", Verb::Config, Effect::Mutating),
            (5, "Disable", Verb::Config, Effect::Mutating),
            (6, "Start", Verb::Execute, Effect::Mutating),
        ],
    ),
    (
        1007,
        "Process Activity",
        &[
            (1, "Launch", Verb::Execute, Effect::Mutating),
            (2, "Terminate", Verb::Execute, Effect::Mutating),
            (3, "Open", Verb::Read, Effect::Read),
            (4, "Inject", Verb::Execute, Effect::Mutating),
            (5, "Set User ID", Verb::Grant, Effect::Privilege),
        ],
    ),
    (
        3001,
        "Account Change",
        &[
            (1, "Create", Verb::Grant, Effect::Privilege),
            (2, "Enable", Verb::Grant, Effect::Privilege),
            (3, "Password Change", Verb::Grant, Effect::Privilege),
            (4, "Password Reset", Verb::Grant, Effect::Privilege),
            (5, "Disable", Verb::Revoke, Effect::Privilege),
            (6, "Delete", Verb::Delete, Effect::Destructive),
            (7, "Attach Policy", Verb::Grant, Effect::Privilege),
            (8, "Detach Policy", Verb::Revoke, Effect::Privilege),
            (9, "Lock", Verb::Revoke, Effect::Privilege),
            (10, "MFA Factor Enable", Verb::Grant, Effect::Privilege),
            (11, "MFA Factor Disable", Verb::Grant, Effect::Privilege),
            (12, "Unlock", Verb::Grant, Effect::Privilege),
        ],
    ),
    (
        3002,
        "Authentication",
        &[
            (1, "Logon", Verb::Login, Effect::None),
            (2, "Logoff", Verb::Login, Effect::None),
            (3, "Authentication Ticket", Verb::Login, Effect::None),
            (4, "Service Ticket Request", Verb::Login, Effect::None),
            (5, "Service Ticket Renew", Verb::Login, Effect::None),
            (6, "Preauth", Verb::Login, Effect::None),
        ],
    ),
    (
        3003,
        "Authorize Session",
        &[
            (1, "Assign Privileges", Verb::Grant, Effect::Privilege),
            (2, "Assign Groups", Verb::Grant, Effect::Privilege),
        ],
    ),
    (
        3004,
        "Entity Management",
        &[
            (1, "Create", Verb::Write, Effect::Mutating),
            (2, "Read", Verb::Read, Effect::Read),
            (3, "Update", Verb::Write, Effect::Mutating),
            (4, "Delete", Verb::Delete, Effect::Destructive),
            (5, "Move", Verb::Write, Effect::Mutating),
            (6, "Enroll", Verb::Config, Effect::Mutating),
            (7, "Unenroll", Verb::Config, Effect::Mutating),
            (8, "Enable", Verb::Config, Effect::Mutating),
            (9, "Disable", Verb::Config, Effect::Mutating),
            (10, "Activate", Verb::Config, Effect::Mutating),
            (11, "Deactivate", Verb::Config, Effect::Mutating),
            (12, "Suspend", Verb::Revoke, Effect::Privilege),
            (13, "Resume", Verb::Config, Effect::Mutating),
        ],
    ),
    (
        3005,
        "User Access Management",
        &[
            (1, "Assign Privileges", Verb::Grant, Effect::Privilege),
            (2, "Revoke Privileges", Verb::Revoke, Effect::Privilege),
        ],
    ),
    (
        3006,
        "Group Management",
        &[
            (1, "Assign Privileges", Verb::Grant, Effect::Privilege),
            (2, "Revoke Privileges", Verb::Revoke, Effect::Privilege),
            (3, "Add User", Verb::Grant, Effect::Privilege),
            (4, "Remove User", Verb::Revoke, Effect::Privilege),
            (5, "Delete", Verb::Delete, Effect::Destructive),
            (6, "Create", Verb::Write, Effect::Mutating),
        ],
    ),
    (
        4002,
        "HTTP Activity",
        &[
            (1, "Connect", Verb::Call, Effect::None),
            (2, "Delete", Verb::Delete, Effect::Destructive),
            (3, "Get", Verb::Read, Effect::Read),
            (4, "Head", Verb::Read, Effect::Read),
            (5, "Options", Verb::Read, Effect::Read),
            (6, "Post", Verb::Write, Effect::Mutating),
            (7, "Put", Verb::Write, Effect::Mutating),
            (8, "Trace", Verb::Read, Effect::Read),
            (9, "Patch", Verb::Write, Effect::Mutating),
        ],
    ),
    (4010, "Network File Activity", HOSTED_FILES),
    (
        6001,
        "Web Resources Activity",
        &[
            (1, "Create", Verb::Write, Effect::Mutating),
            (2, "Read", Verb::Read, Effect::Read),
            (3, "Update", Verb::Write, Effect::Mutating),
            (4, "Delete", Verb::Delete, Effect::Destructive),
            (5, "Search", Verb::Search, Effect::Read),
            (6, "Import", Verb::Write, Effect::Mutating),
            (7, "Export", Verb::Read, Effect::Read),
            (8, "Share", Verb::Share, Effect::Mutating),
        ],
    ),
    (
        6002,
        "Application Lifecycle",
        &[
            (1, "Install", Verb::Config, Effect::Mutating),
            (2, "Remove", Verb::Delete, Effect::Destructive),
            (3, "Start", Verb::Execute, Effect::Mutating),
            (4, "Stop", Verb::Execute, Effect::Mutating),
            (5, "Restart", Verb::Execute, Effect::Mutating),
            (6, "Enable", Verb::Config, Effect::Mutating),
            (7, "Disable", Verb::Config, Effect::Mutating),
            (8, "Update", Verb::Write, Effect::Mutating),
        ],
    ),
    (6003, "API Activity", CHANGES),
    (
        6005,
        "Datastore Activity",
        &[
            (1, "Read", Verb::Read, Effect::Read),
            (2, "Update", Verb::Write, Effect::Mutating),
            (3, "Connect", Verb::Login, Effect::None),
            (4, "Query", Verb::Search, Effect::Read),
            (5, "Write", Verb::Write, Effect::Mutating),
            (6, "Create", Verb::Write, Effect::Mutating),
            (7, "Delete", Verb::Delete, Effect::Destructive),
            (8, "List", Verb::List, Effect::Read),
            (9, "Encrypt", Verb::Write, Effect::Mutating),
            (10, "Decrypt", Verb::Read, Effect::Read),
        ],
    ),
    (6006, "File Hosting Activity", HOSTED_FILES),
];
