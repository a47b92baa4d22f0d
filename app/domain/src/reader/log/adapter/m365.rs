//! The unified audit log of Microsoft 365: JSON, or the CSV of an export with the JSON in a column.

use super::row::Row;
use super::table::{ActMeaning, Known, Table};
use super::{Adapter, Out, Piece, Taken, Wrong};
use crate::reader::log::act::Act;
use crate::reader::log::definition::LogFormat;
use crate::reader::log::logging::{Family, LoggingAct, Reach, entry};
use crate::reader::log::mode::Mode;
use crate::reader::log::reader::Options;
use crate::reader::log::record::{LogActor, LogRecord, MissingRecords, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::reader::log::sign::Sign;
use crate::reader::log::source::SourceKind;
use crate::reader::log::split::{Splitter, rows_or_json};
use crate::reader::log::stamp::first_stamp;
use crate::reader::log::summary::Summary;
use crate::reader::log::wire::{Many, Text, json, wire};
use crate::reader::log::{mark, party};
use crate::vocabulary::CoverageMode;
use crate::vocabulary::PrincipalKind;
use crate::vocabulary::{Effect, Outcome, Verb};

wire! {
    Audit<'a> {
        at: Text<'a> = "CreationTime", created: Text<'a> = "createdDateTime" | "CreationDate" | "TimeGenerated", id: Text<'a> = "Id", operation: Text<'a> = "Operation", workload: Text<'a> = "Workload" | "service" | "OfficeWorkload",
        user: Text<'a> = "UserId", user_key: Text<'a> = "UserKey", user_kind: Text<'a> = "UserType", result: Text<'a> = "ResultStatus",
        address: Text<'a> = "ClientIP" | "ClientIPAddress" | "ActorIpAddress", object: Text<'a> = "ObjectId", file: Text<'a> = "SourceFileName",
        site: Text<'a> = "SiteUrl", mailbox: Text<'a> = "MailboxOwnerUPN", session: Text<'a> = "SessionId", tool: Text<'a> = "UserAgent",
        trace: Text<'a> = "CorrelationId" | "InterSystemsId", error: Text<'a> = "LogonError", inner: Text<'a> = "AuditData",
        agent: Text<'a> = "AgentName", agent_id: Text<'a> = "AgentId", app: Text<'a> = "AppIdentity", copilot: Copilot<'a> = "CopilotEventData",
    }
    Copilot<'a> {
        host: Text<'a> = "AppHost", thread: Text<'a> = "ThreadId", read: Many<Accessed<'a>, 1024> = "AccessedResources",
    }
    Accessed<'a> {
        action: Text<'a> = "Action", name: Text<'a> = "Name", site: Text<'a> = "SiteUrl", id: Text<'a> = "ID", status: Text<'a> = "Status",
    }
}

/// What operations do, by "Audit log activities" of Microsoft Purview as known in November 2026.
const ACTS: &[Known] = &[
    (
        Verb::Login,
        Effect::None,
        "UserLoggedIn|UserLoginFailed|MailboxLogin|SignInEvent|TeamsSessionStarted|UserLoggedOff",
    ),
    (
        Verb::Grant,
        Effect::Privilege,
        "AnonymousLinkCreated|AnonymousLinkUpdated|SecureLinkCreated|SecureLinkUpdated|CompanyLinkCreated|AddedToSecureLink|\
         SharingInheritanceBroken|AccessRequestApproved|AccessInvitationAccepted|SharingInvitationAccepted|AddedToGroup|\
         SiteCollectionAdminAdded|PermissionLevelAdded|PermissionLevelModified|GroupAdded|UnmanagedSyncClientAllowed|\
         SiteIBModeChanged|Add-MailboxFolderPermission|AddFolderPermissions|UpdateInboxRules|UpdateCalendarDelegation|\
         Add-MailboxPermission|Add-RecipientPermission|New-ManagementRoleAssignment|Add-RoleGroupMember|\
         Add member to role.|Add app role assignment grant to user.|Add app role assignment to service principal.|\
         Add delegated permission grant.|Consent to application.|Add service principal credentials.|Add member to group.|Add user.|\
         Reset user password.|Change user password.|MemberAdded|MemberRoleChanged|BotAddedToTeam|AppInstalled",
    ),
    (
        Verb::Revoke,
        Effect::Privilege,
        "AnonymousLinkRemoved|SecureLinkDeleted|CompanyLinkRemoved|RemovedFromSecureLink|SharingRevoked|SharingInvitationRevoked|\
         SharingInvitationBlocked|RemovedFromGroup|SiteCollectionAdminRemoved|GroupRemoved|PermissionLevelRemoved|\
         AccessRequestDenied|RemoveFolderPermissions|Remove-MailboxPermission|Remove-RoleGroupMember|MemberRemoved|\
         Remove member from role.|Remove member from group.",
    ),
    (
        Verb::Share,
        Effect::Mutating,
        "SharingSet|SharingInvitationCreated|SharingInvitationUpdated|AccessRequestCreated|Send|SendAs|SendOnBehalf",
    ),
    (
        Verb::Read,
        Effect::Read,
        "FileAccessed|FileAccessedExtended|FileDownloaded|FilePreviewed|FileSyncDownloadedFull|FileSyncDownloadedPartial|\
         AnonymousLinkUsed|SecureLinkUsed|CompanyLinkUsed|PageViewed|PageViewedExtended|PagePrefetched|ClientViewSignaled|\
         MailItemsAccessed|FolderBind|MessageBind|MessageRead|MessagesListed|ViewReport|ExportReport|DownloadReport|\
         ListViewed|ListItemViewed|MessageHostedContentRead|ChatRetrieved|ViewDashboard|GetWorkspaces",
    ),
    (
        Verb::Delete,
        Effect::Destructive,
        "FileRecycled|FolderRecycled|FileDeletedFirstStageRecycleBin|FileDeletedSecondStageRecycleBin|FolderDeletedFirstStageRecycleBin|\
         FolderDeletedSecondStageRecycleBin|FileVersionsAllDeleted|FileVersionsAllMinorsRecycled|FileVersionsAllRecycled|\
         FileVersionRecycled|SoftDelete|HardDelete|MoveToDeletedItems|RecordDelete|FileDeleted|FolderDeleted|ListDeleted|\
         ListItemDeleted|ListItemRecycled|SiteDeleted|TeamDeleted|ChannelDeleted|MessageDeleted|DeleteReport|DeleteDataset|\
         DeleteDashboard|DeleteFlow|DeletePowerApp|Delete user.|Delete group.",
    ),
    (
        Verb::Write,
        Effect::Mutating,
        "FileSyncUploadedFull|FileSyncUploadedPartial|FileCheckedIn|FileCheckedOut|FileCheckOutDiscarded|FileRestored|FolderRestored|\
         MoveToFolder|New-InboxRule|Set-InboxRule|Set-Mailbox|FileUploaded|FileModified|FileModifiedExtended|FileMoved|FileCopied|\
         FileRenamed|FolderCreated|FolderModified|FolderMoved|FolderCopied|FolderRenamed|ListCreated|ListUpdated|ListItemCreated|\
         ListItemUpdated|SiteCollectionCreated|PageCreated|PageUpdated|Create|Update|Move|Copy|MessageUpdated|ChannelAdded|\
         ChannelSettingChanged|TeamCreated|TeamSettingChanged|CreateReport|EditReport|CreateDashboard|CreateDataset|CreateFlow|\
         EditFlow|CreateApp|SendToConnector",
    ),
    (Verb::Post, Effect::Mutating, "MessageSent|ChatCreated|MessageCreatedHasLink|MessageCreatedNotification"),
    (Verb::Search, Effect::Read, "SearchQueryPerformed|SearchQueryInitiatedSharePoint|SearchQueryInitiatedExchange"),
    (
        Verb::Call,
        Effect::None,
        "CopilotInteraction|AIInteraction|ConnectedAIAppInteraction|AIAppInteraction|TeamCopilotInteraction",
    ),
];

/// Commands of Exchange and of the compliance centre are a verb of PowerShell and a thing; "Approved verbs for PowerShell
/// commands", Microsoft, November 2026.
const NAMING: &[Known] = &[
    (Verb::Read, Effect::Read, "Get-*|Export-*|Test-*"),
    (Verb::Search, Effect::Read, "Search-*"),
    (Verb::Write, Effect::Mutating, "New-*|Set-*|Add-*|Update-*|Import-*"),
    (Verb::Delete, Effect::Mutating, "Remove-*"),
    (Verb::Config, Effect::Mutating, "Enable-*|Disable-*"),
    (Verb::Execute, Effect::Mutating, "Start-*|Stop-*|Invoke-*"),
];

/// What the actions on things that an assistant looked at are: the schema of `CopilotInteraction`, November 2026.
const LOOKS: &[Known] = &[
    (Verb::Read, Effect::Read, "read|view|access"),
    (Verb::Write, Effect::Mutating, "create|modify|update|write|edit"),
    (Verb::Delete, Effect::Destructive, "delete"),
    (Verb::Search, Effect::Read, "search"),
    (Verb::List, Effect::Read, "list"),
];

/// Reads audit records. `CreationTime` has no zone; it is documented to be UTC.
pub struct M365 {
    table: Table,
    /// What an assistant did to each thing it looked at.
    looks: Table,
}

impl Default for M365 {
    fn default() -> Self {
        Self { table: Table::named(ACTS, NAMING), looks: Table::named(&[], LOOKS) }
    }
}

impl LogFormat for M365 {
    const SIGNS: &'static [Sign] = &[
        Sign::Record(75, |record| record.has("Operation") && record.any(&["Workload", "RecordType", "UserType"])),
        Sign::Columns(75, |names| names.has("auditdata") && names.any(&["operation", "operations", "recordtype"])),
    ];
    const LISTS: &'static [&'static str] = &["value", "records"];
    const SOURCE: SourceKind = SourceKind::Service;
    const IS_IN_ORDER: bool = false;
    const FAMILY: Option<Family> = Some(Family::Microsoft);
    const LOGGING: &'static [LoggingAct] = LOGGING;
    const NAMES_LOGGING: bool = true;

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(M365::default())
    }

    fn split(first: &[u8], limit: usize) -> Splitter {
        rows_or_json(first, Self::LISTS, limit)
    }

    fn mode(summary: &Summary) -> Mode {
        let mail = match summary.marked(mark::MAIL_ITEMS_ACCESSED) {
            0 => "None of its records is MailItemsAccessed: for reads of mail, check that they were recorded at all."
                .into(),
            count => format!("Reads of mail are among its records ({count})."),
        };
        (CoverageMode::All, format!("It is an audit log and records each act of the kinds it knows. {mail}"))
    }
}

/// The acts on logging of its own list.
const LOGGING: &[LoggingAct] = &[entry(
    "",
    Reach::Own,
    "Set-AdminAuditLogConfig Set-MailboxAuditBypassAssociation New-UnifiedAuditLogRetentionPolicy \
         Set-UnifiedAuditLogRetentionPolicy Remove-UnifiedAuditLogRetentionPolicy Disable-OrganizationCustomization",
)];

impl Adapter for M365 {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        if let Some(row) = Row::of(piece).transpose()? {
            let data = row.get(&["AuditData"]);
            let audit: Audit = json(data.or_empty().as_bytes())?;
            self.records(piece, &audit, out);
            return Ok(Taken::Read);
        }
        let audit: Audit = json(piece.bytes)?;
        if let Some(inner) = audit.inner.get() {
            let inner: Audit = json(inner.as_bytes())?;
            self.records(piece, &inner, out);
            return Ok(Taken::Read);
        }
        if audit.operation.get().is_none() {
            return Err(Wrong::Foreign);
        }
        self.records(piece, &audit, out);
        Ok(Taken::Read)
    }
}

/// Whether a change of settings switches off what is recorded of mailboxes.
fn narrows(action: &str, bytes: &[u8]) -> bool {
    let lists = ["auditowner", "auditdelegate", "auditadmin", "auditlogagelimit"];
    (action.eq_ignore_ascii_case("Set-Mailbox")
        && (says(bytes, "auditenabled", "false") || lists.iter().any(|list| says(bytes, list, ""))))
        || (action.eq_ignore_ascii_case("Set-OrganizationConfig") && says(bytes, "auditdisabled", "true"))
}

/// Whether a property of a record has a value: `{"Name":"IsThrottled","Value":"True"}`.
fn says(bytes: &[u8], name: &str, value: &str) -> bool {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    let behind = text.split(name).skip(1).map(|rest| rest.split(['}', ';']).next().unwrap_or(rest));
    behind.into_iter().any(|rest| rest.contains(value))
}

/// Microsoft 365 stops recording reads of a mailbox for a day where there were too many.
fn throttled(record: &LogRecord) -> MissingRecords {
    const DAY_MICROS: i64 = 86_400_000_000;
    MissingRecords {
        from: record.time,
        to: record.time.map(|time| time.plus_micros(DAY_MICROS)),
        missing: None,
        reason: "Microsoft 365 says that reads of this mailbox were too many and were not all recorded, for a day."
            .into(),
    }
}

/// Operations in which an assistant acts for a person.
const INTERACTIONS: &[&str] =
    &["CopilotInteraction", "AIInteraction", "ConnectedAIAppInteraction", "AIAppInteraction", "TeamCopilotInteraction"];

impl M365 {
    /// One record, or one for each thing that an assistant looked at for a person.
    fn records(&mut self, piece: &Piece<'_>, audit: &Audit<'_>, out: &mut dyn Out) {
        let mut base = record(piece, audit);
        let copilot = &audit.copilot;
        let is_of_an_agent = INTERACTIONS.contains(&audit.operation.or_empty());
        if !is_of_an_agent && copilot.read.0.is_empty() {
            let action = base.action.clone();
            self.table.look_up(&action).set(&mut base, &action, out);
            if narrows(&action, piece.bytes) {
                base.set_act(Act { verb: Verb::LoggingControl, effect: Effect::Mutating });
            }
            if audit.operation.is("MailItemsAccessed") && says(piece.bytes, "isthrottled", "true") {
                out.gap(throttled(&base));
            }
            return out.record(base);
        }
        base.actor = LogActor::new(
            PrincipalKind::Agent,
            audit.agent.get().or(audit.agent_id.get()).or(audit.app.get()).unwrap_or("Copilot"),
        )
        .with_id(audit.agent_id.get());
        base.on_behalf_of = audit.user.get().map(party::person);
        base.session = copilot.thread.owned(NAME_CHARS_MAX).or(base.session);
        base.tool = copilot.host.owned(NAME_CHARS_MAX).or(base.tool);
        (base.verb, base.effect) = (Verb::Call, Effect::None);
        if copilot.read.0.is_empty() {
            return out.record(base);
        }
        for read in &copilot.read.0 {
            let mut record = base.clone();
            let told = read.action.get().map(|action| (action, self.looks.look_up(action)));
            let (action, told) = told
                .filter(|(_, told)| told.act.verb != Verb::Other)
                .unwrap_or(("", ActMeaning::listed(Act { verb: Verb::Read, effect: Effect::Read })));
            told.set(&mut record, action, out);
            let place = read.site.get().or(read.name.get()).or(read.id.get()).or(read.scalar.get()).unwrap_or_default();
            let named = read.name.get().filter(|name| !place.ends_with(name));
            let whole =
                named.map_or_else(|| place.to_string(), |name| format!("{}/{name}", place.trim_end_matches('/')));
            record.resource = clip(&whole, TEXT_CHARS_MAX);
            if read.status.is("failure") {
                record.outcome = Outcome::Denied;
            }
            out.record(record);
        }
    }
}

fn is_sign_in(action: &str) -> bool {
    action.contains("Login") || action.contains("Logon") || action == "UserLoggedIn"
}

fn record(piece: &Piece<'_>, audit: &Audit<'_>) -> LogRecord {
    let mut record = LogRecord::at(piece.raw);
    record.set_time(first_stamp(&[&audit.at, &audit.created], None).known_utc());
    let name = audit.user.get().or(audit.user_key.get()).unwrap_or_default();
    let agent = audit.agent.get().or(audit.agent_id.get());
    let kind = match (agent, audit.user_kind.or_empty()) {
        (Some(_), _) => PrincipalKind::Agent,
        (None, "0" | "2" | "Regular" | "Admin") => party::person(name).kind,
        (None, "3" | "4" | "DcAdmin" | "System") => PrincipalKind::System,
        (None, "5" | "6" | "Application" | "ServicePrincipal") => PrincipalKind::Service,
        (None, _) => party::kind_of(name),
    };
    record.actor = LogActor::new(kind, agent.unwrap_or(name)).with_id(audit.user_key.get());
    if agent.is_some() {
        record.on_behalf_of = audit.user.get().map(party::person);
    }
    record.action = audit.operation.owned(NAME_CHARS_MAX).unwrap_or_default();
    record.hints.class = (record.action == "MailItemsAccessed").then_some(mark::MAIL_ITEMS_ACCESSED).map(Into::into);
    let resource =
        [&audit.object, &audit.file, &audit.mailbox, &audit.site, &audit.workload].into_iter().find_map(Text::get);
    record.resource = clip(resource.unwrap_or_default(), TEXT_CHARS_MAX);
    // A record of a failed sign-in may say that it was itself written with success.
    let has_failed =
        record.action == "UserLoginFailed" || audit.error.get().is_some_and(|error| !matches!(error, "" | "None"));
    record.outcome = match audit.result.or_empty().to_ascii_lowercase().as_str() {
        _ if has_failed => Outcome::Denied,
        "succeeded" | "success" | "true" | "partiallysucceeded" => Outcome::Success,
        "failed" | "failure" | "false" if is_sign_in(&record.action) => Outcome::Denied,
        "failed" | "failure" | "false" => Outcome::Error,
        _ => Outcome::Unknown,
    };
    record.error = audit.error.owned(TEXT_CHARS_MAX);
    record.source_address = audit.address.owned(NAME_CHARS_MAX);
    record.id = audit.id.owned(NAME_CHARS_MAX);
    record.trace = audit.trace.owned(NAME_CHARS_MAX);
    record.session = audit.session.owned(NAME_CHARS_MAX);
    record.tool = audit.tool.owned(NAME_CHARS_MAX).or_else(|| audit.workload.owned(NAME_CHARS_MAX));
    record
}
