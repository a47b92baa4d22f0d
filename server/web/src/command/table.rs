//! The table of commands. The API and the forms are built from it, and the
//! access matrix of the tests is checked against it.

use domain::access::Permit;
use domain::account::AccountDraft;
use domain::agent::{
    AgentComment, AgentCommentDraft, AgentDraft, AgentReview, GrantDraft, NarrowingDraft, ReasonDraft,
    ReviewDraft as AgentReviewDraft, SplitDraft, StatusDraft as AgentStatusDraft, UnitingDraft,
};
use domain::claim::{AdoptionDraft, Claim, ClaimDraft, Conflict};
use domain::classification::{Classification, ClassificationDraft};
use domain::comment::{Comment, CommentDraft};
use domain::confirmations::GateMap;
use domain::decision::{Decision, DecisionDraft};
use domain::evidence::{Coverage, CoverageDraft, Evidence, EvidenceDraft, StatusDraft as EvidenceStatusDraft};
use domain::explanation::{Explanation, ExplanationDraft};
use domain::exposure::{
    EnumerationDraft, ExposedDraft, Exposure, ExposureDraft, PathDraft, ResourceDraft, WindowDraft,
};
use domain::factor::{Factor, FactorDraft};
use domain::finding::{Finding, FindingDraft};
use domain::gap::{Gap, GapDraft};
use domain::import::{Import, ImportPreview};
use domain::incident::IncidentDraft;
use domain::merging::{MergeDraft, PartDraft};
use domain::postmortem::{Narrative, Postmortem};
use domain::principal::LinkDraft;
use domain::principal::{MergeDraft as PrincipalMergeDraft, Principal, PrincipalDraft};
use domain::proposal::{AcceptDraft, Proposal};
use domain::rating::{Override, OverrideDraft, Rating, RatingDraft, Severities};
use domain::reader::ParseError;
use domain::reader::log::FoundRecord;
use domain::remediation::{Remediation, RemediationDraft, VerificationDraft};
use domain::review::{Reason, Review, ReviewDraft};
use domain::sharing::SharedLink;
use domain::signature::{Signature, VerdictEntry};
use domain::suggestion::Suggestion;
use domain::timeline::{Edge, EdgeDraft, Event, EventDraft, Mark, Marked};
use domain::trends::Trends;
use domain::verdict::Judgement;
use domain::watch::containment::{ContainmentDraft, WhyDraft};
use domain::watch::drafting::DispositionDraft;
use domain::watch::stop::{DryRun, StopSetting, StopSettingDraft};
use domain::watch::{Alert, NoticeDraft, NoticeSetting, RuleDraft, RuleTrial, Segment, SourceDraft};
use domain::wording::{PrivateText, Wording, WordingDraft};
use schemars::JsonSchema;
use store::{
    AgentCard, AgentFilter, AlertFilter, BoardFilter, BoardItem, ContainmentShown, Filter, Inbox, IncidentSummary,
    Page, RuleCard, SourceCard, StoredAgentChange, StoredChange, StoredInstanceChange,
};

use super::account::{InvitationDraft, PasswordDraft, RoleDraft, TokenDraft};
use super::agent::Table;
use super::case::NewRemediationStatus;
use super::contract::{Contract, Edited, Either, Listed, Shown, With, describe};
use super::incident::{Discarding, IncidentStatus, NewMember};
use super::log::{GatesQuery, KeepMapDraft, Onward, Promote, ReadAs, RecordsQuery, Why};
use super::merging::MergeQuery;
use super::revision::{DifferenceQuery, ShareDraft};
use super::shape::{
    AccountSet, AgentShown, ConfirmedRecord, Deleted, Difference, Disabled, EmptySection, GrantShown, IncidentHead,
    Intact, Invited, Items, MergeDone, MergePlan, Metrics, NewSharedLink, NewToken, OfVersion, PasswordSet,
    PromotionDone, RatedSeverity, RecordList, Registered, RestoredEntries, RestoredEntry, RevisionShown, Revoked,
    RoleSet, ScopedAct, Section, SourceToken, Stated, SuggestedFor, TokenShown, UndoDone, UserShown,
};
use super::watch::alert::{AlertToo, Assignee, Mute as AlertMute, Why as AlertWhy};
use super::watch::containment::ContainmentsQuery;
use super::watch::rule::RuleTrialQuery;
use super::watch::source::SegmentDraft;
use super::{
    Run, account, agent, case, evidence, exposure, incident, log, merging, revision, timeline, verdict, watch,
};
use crate::query::{After, Both, Nothing, Paged};
use crate::upload::FormatQuery;

/// How a program calls a command. A form always posts: to the same path, and
/// to `…/delete` for a deletion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// Reads.
    Get,
    /// Adds, or acts.
    Post,
    /// Replaces.
    Put,
    /// Edits.
    Patch,
    /// Deletes.
    Delete,
}

/// A command and where it is called.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// How.
    pub method: Method,
    /// Where, below `/api/v1`, and for forms below `/`.
    pub path: &'static str,
    /// What the caller needs.
    pub permit: Permit,
    /// What is done.
    pub run: Run,
    /// What it takes and gives.
    pub contract: Contract,
}

macro_rules! table {
    (@asks) => { Nothing };
    (@asks $asks:ty) => { $asks };
    (@takes) => { None };
    (@takes $takes:ty) => { Some(describe::<$takes>) };
    ($($method:ident $path:literal $permit:ident $run:path, $says:literal $([$asks:ty])? $(($takes:ty))? -> $gives:ty;)*) => {
        &[$(Route {
            method: Method::$method,
            path: $path,
            permit: Permit::$permit,
            run: |call| Ok(Box::pin($run(call.read::<table!(@asks $($asks)?)>()?))),
            contract: Contract {
                says: $says,
                asks: <table!(@asks $($asks)?)>::json_schema,
                takes: table!(@takes $($takes)?),
                gives: describe::<$gives>,
            },
        }),*]
    };
}

/// Every command.
pub fn routes() -> &'static [Route] {
    static ROUTES: &[Route] = table! {
        Get "/incidents" Read incident::list, "Lists incidents, newest first." [Both<Filter>] -> Page<IncidentSummary>;
        Get "/trends" Read incident::trends, "Counts incidents of the last twelve months by severity, verdict, and how soon they were detected and contained." -> Trends;
        Post "/incidents" Edit incident::create, "Files an incident." (IncidentDraft) -> IncidentHead;
        Get "/incidents/{key}" Read incident::get, "Reads an incident with its severity and verdict." -> IncidentHead;
        Patch "/incidents/{key}" Edit incident::edit, "Edits title, description, times, tags or visibility." (Edited<IncidentDraft>) -> IncidentHead;
        Put "/incidents/{key}/status" Edit incident::set_status, "Updates the status." (IncidentStatus) -> IncidentHead;
        Post "/incidents/{key}/adopt" Edit incident::adopt, "Makes what a rule drafted an incident like any other. People only." (DispositionDraft) -> IncidentHead;
        Post "/incidents/{key}/discard" Edit incident::discard, "Closes what a rule drafted and is no incident, with the reason. People only." (Discarding) -> IncidentHead;
        Post "/incidents/{key}/members" Edit incident::add_member, "Lets an account see a private incident." (NewMember) -> IncidentHead;
        Delete "/incidents/{key}/members/{id}" Edit incident::remove_member, "Takes an account out of those who see a private incident." -> IncidentHead;
        Get "/incidents/{key}/changes" Read incident::changes, "Lists changes, each with what it was and what it became." [Both<After>] -> Listed<StoredChange>;
        Post "/incidents/{key}/changes/{version}/restore" Review incident::restore, "Restores an entry as a change left it." -> RestoredEntry;
        Post "/incidents/{key}/undo" Review incident::undo, "Undoes your last change." (OfVersion) -> RestoredEntries;
        Get "/incidents/{key}/merge" Read merging::plan, "Says what merging into another incident would do; of one that was merged, what undoing would." [MergeQuery] -> MergePlan;
        Post "/incidents/{key}/merge" Edit merging::merge, "Merges the incident into another one. People only." (MergeDraft) -> With<IncidentHead, MergeDone>;
        Delete "/incidents/{key}/merge" Edit merging::part, "Undoes a merge. People only." (PartDraft) -> With<IncidentHead, UndoDone>;

        Get "/incidents/{key}/principals" Read timeline::principals, "Lists those who took part." [Paged] -> Listed<With<Shown<Principal>, SuggestedFor>>;
        Post "/incidents/{key}/principals" Edit timeline::add_principal, "Adds somebody who took part." (PrincipalDraft) -> Shown<Principal>;
        Patch "/incidents/{key}/principals/{id}" Edit timeline::edit_principal, "Edits a principal." (Edited<PrincipalDraft>) -> Shown<Principal>;
        Delete "/incidents/{key}/principals/{id}" Edit timeline::delete_principal, "Deletes a principal that nothing names." -> Deleted;
        Post "/incidents/{key}/principals/{id}/merge" Edit timeline::merge_principals, "Makes one principal of two." (PrincipalMergeDraft) -> Shown<Principal>;
        Post "/incidents/{key}/principals/{id}/agent" Edit timeline::link_agent, "Links a principal to an agent of the registry, with the grants of that time." (LinkDraft) -> Shown<Principal>;
        Delete "/incidents/{key}/principals/{id}/agent" Edit timeline::unlink_agent, "Unlinks a principal from the registry." -> Shown<Principal>;
        Get "/incidents/{key}/events" Read timeline::events, "Lists the timeline." [Paged] -> Listed<With<Shown<Event>, ScopedAct>>;
        Post "/incidents/{key}/events" Edit timeline::add_events, "Adds an event, or several at once." (Either<EventDraft, Items<EventDraft>>) -> Either<Shown<Event>, Stated<Shown<Event>>>;
        Get "/incidents/{key}/events/{id}" Read timeline::event, "Reads an event." -> With<Shown<Event>, ScopedAct>;
        Patch "/incidents/{key}/events/{id}" Edit timeline::edit_event, "Edits an event." (Edited<EventDraft>) -> Shown<Event>;
        Delete "/incidents/{key}/events/{id}" Edit timeline::delete_event, "Deletes an event; it can be restored." -> Deleted;
        Post "/incidents/{key}/events/{id}/restore" Edit timeline::restore_event, "Restores a deleted event." -> Shown<Event>;
        Get "/incidents/{key}/edges" Read timeline::edges, "Lists how events hang together." [Paged] -> Listed<Shown<Edge>>;
        Post "/incidents/{key}/edges" Edit timeline::add_edge, "Connects two events." (EdgeDraft) -> Shown<Edge>;
        Delete "/incidents/{key}/edges/{id}" Edit timeline::delete_edge, "Disconnects two events." -> Deleted;
        Get "/incidents/{key}/marks" Read timeline::marks, "Lists the marks of the clock." [Paged] -> Listed<Shown<Mark>>;
        Put "/incidents/{key}/marks/{mark}" Edit timeline::set_mark, "Sets a mark on an event." (Marked) -> Shown<Mark>;
        Delete "/incidents/{key}/marks/{mark}" Edit timeline::clear_mark, "Clears a mark." -> Deleted;
        Get "/incidents/{key}/metrics" Read timeline::metrics, "Measures the clock." -> Metrics;

        Get "/incidents/{key}/evidence" Read evidence::list, "Lists evidence." [Paged] -> Listed<Shown<Evidence>>;
        Get "/incidents/{key}/evidence/{id}" Read evidence::get, "Reads an evidence item." -> Shown<Evidence>;
        Patch "/incidents/{key}/evidence/{id}" Edit evidence::edit, "Edits what is said of an evidence item." (Edited<EvidenceDraft>) -> Shown<Evidence>;
        Post "/incidents/{key}/evidence/{id}/status" Edit evidence::set_status, "Sets the status of an evidence item." (EvidenceStatusDraft) -> Shown<Evidence>;
        Post "/incidents/{key}/evidence/{id}/withdraw" Edit evidence::withdraw, "Withdraws an evidence item, with the reason." (Reason) -> Shown<Evidence>;
        Post "/incidents/{key}/evidence/{id}/verify" Edit evidence::verify, "Computes the digest anew and compares it." -> With<Shown<Evidence>, Intact>;
        Post "/incidents/{key}/evidence/segments" Edit watch::source::as_evidence, "Makes a sealed segment of a source evidence, without a copy." (SegmentDraft) -> Shown<Evidence>;
        Get "/incidents/{key}/readings" Read log::readings, "Lists the imports of logs." [Paged] -> Listed<Import>;
        Get "/incidents/{key}/records" Read log::all_records, "Finds log records of all evidence." [RecordsQuery] -> RecordList;
        Get "/incidents/{key}/confirmations" Read log::confirmations, "Counts how acts were confirmed." [GatesQuery] -> GateMap;
        Get "/incidents/{key}/evidence/{id}/records" Read log::records, "Finds log records of an evidence item." [RecordsQuery] -> RecordList;
        Get "/incidents/{key}/evidence/{id}/records/{number}" Read log::record, "Reads a log record." -> With<FoundRecord, ConfirmedRecord>;
        Get "/incidents/{key}/evidence/{id}/reading" Read log::reading, "Reads how the import stands." -> Import;
        Get "/incidents/{key}/evidence/{id}/reading/trial" Read log::trial, "Previews an import without keeping it." [FormatQuery] -> ImportPreview;
        Get "/incidents/{key}/evidence/{id}/parse-errors" Read log::parse_errors, "Lists what could not be read." [Onward] -> Listed<ParseError>;
        Post "/incidents/{key}/evidence/{id}/reading" Edit log::read, "Imports a log again, as another format." (ReadAs) -> Option<Import>;
        Post "/incidents/{key}/evidence/{id}/reading/cancel" Edit log::cancel, "Cancels an import." -> Option<Import>;
        Post "/incidents/{key}/evidence/{id}/reading/undo" Edit log::undo, "Removes what was imported; the evidence stays." (Why) -> Shown<Evidence>;
        Post "/incidents/{key}/evidence/{id}/promote" Edit log::promote, "Makes events, findings or principals of records." (Promote) -> PromotionDone;
        Get "/incidents/{key}/classifications" Read log::classifications, "Lists how records were classified." [Paged] -> Listed<Shown<Classification>>;
        Post "/incidents/{key}/classifications" Review log::classify, "Classifies records. People only." (ClassificationDraft) -> Shown<Classification>;
        Delete "/incidents/{key}/classifications/{id}" Review log::unclassify, "Takes a classification out." -> Deleted;
        Get "/incidents/{key}/evidence/{id}/coverage/proposal" Read evidence::proposal, "Says what a log can prove." -> Proposal;
        Post "/incidents/{key}/evidence/{id}/coverage/proposal" Edit evidence::accept_proposal, "States what a log covers, as proposed or corrected. People only." (AcceptDraft) -> Stated<Shown<Coverage>>;
        Get "/incidents/{key}/explanations" Read evidence::explanations, "Lists how changes of logging were explained." [Paged] -> Listed<Shown<Explanation>>;
        Post "/incidents/{key}/explanations" Edit evidence::explain, "Explains a change of logging. People only." (ExplanationDraft) -> Shown<Explanation>;
        Post "/incidents/{key}/explanations/{id}/accept" Review evidence::accept_explanation, "Accepts an explanation as a second person." -> Shown<Explanation>;
        Delete "/incidents/{key}/explanations/{id}" Edit evidence::delete_explanation, "Deletes an explanation." -> Deleted;
        Get "/incidents/{key}/coverage" Read evidence::coverage, "Lists what evidence covers." [Paged] -> Listed<Shown<Coverage>>;
        Post "/incidents/{key}/evidence/{id}/coverage" Edit evidence::add_coverage, "States what this item covers. People only." (CoverageDraft) -> Shown<Coverage>;
        Post "/incidents/{key}/coverage" Edit evidence::state_coverage, "States what evidence covers. People only." (CoverageDraft) -> Shown<Coverage>;
        Patch "/incidents/{key}/coverage/{id}" Edit evidence::edit_coverage, "Edits a coverage statement. People only." (Edited<CoverageDraft>) -> Shown<Coverage>;
        Delete "/incidents/{key}/coverage/{id}" Edit evidence::delete_coverage, "Deletes a coverage statement." -> Deleted;

        Get "/incidents/{key}/exposure" Read exposure::get, "Reads the exposure: window, resources, access paths, principals." -> Shown<Exposure>;
        Put "/incidents/{key}/exposure" Edit exposure::put, "Replaces the exposure." (ExposureDraft) -> Shown<Exposure>;
        Put "/incidents/{key}/exposure/window" Edit exposure::set_window, "Sets the exposure window." (WindowDraft) -> Shown<Exposure>;
        Post "/incidents/{key}/exposure/resources" Edit exposure::add_resource, "Adds an exposed resource." (ResourceDraft) -> Shown<Exposure>;
        Put "/incidents/{key}/exposure/resources/{id}" Edit exposure::edit_resource, "Edits an exposed resource." (ResourceDraft) -> Shown<Exposure>;
        Delete "/incidents/{key}/exposure/resources/{id}" Edit exposure::remove_resource, "Removes an exposed resource." -> Shown<Exposure>;
        Post "/incidents/{key}/exposure/resources/{id}/paths" Edit exposure::put_path, "Adds or replaces an access path." (PathDraft) -> Shown<Exposure>;
        Delete "/incidents/{key}/exposure/resources/{id}/paths/{path}" Edit exposure::remove_path, "Removes an access path." -> Shown<Exposure>;
        Put "/incidents/{key}/exposure/principals" Edit exposure::set_principals, "Sets who was exposed." (ExposedDraft) -> Shown<Exposure>;
        Put "/incidents/{key}/exposure/enumeration/{list}" Edit exposure::set_enumeration, "Says whether a list is complete." (EnumerationDraft) -> Shown<Exposure>;

        Get "/incidents/{key}/reviews" Read verdict::reviews, "Lists reviews of evidence." [Paged] -> Listed<Shown<Review>>;
        Post "/incidents/{key}/reviews" Review verdict::add_review, "Reviews evidence." (ReviewDraft) -> Shown<Review>;
        Post "/incidents/{key}/reviews/{id}/revoke" Review verdict::revoke_review, "Revokes a review, with the reason." (Reason) -> Shown<Review>;
        Get "/incidents/{key}/findings" Read verdict::findings, "Lists findings." [Paged] -> Listed<Shown<Finding>>;
        Post "/incidents/{key}/findings" Review verdict::add_finding, "Adds a finding." (FindingDraft) -> Shown<Finding>;
        Patch "/incidents/{key}/findings/{id}" Review verdict::edit_finding, "Edits a finding." (Edited<FindingDraft>) -> Shown<Finding>;
        Delete "/incidents/{key}/findings/{id}" Edit verdict::delete_finding, "Deletes a finding." -> Deleted;
        Post "/incidents/{key}/findings/{id}/resolve" Review verdict::resolve_finding, "Resolves a finding, with the reason." (Reason) -> Shown<Finding>;
        Post "/incidents/{key}/findings/{id}/reopen" Review verdict::reopen_finding, "Reopens a finding." -> Shown<Finding>;
        Get "/incidents/{key}/verdict" Read verdict::get, "Reads the verdict with its gates and coverage." -> Judgement;
        Get "/incidents/{key}/verdict/history" Read verdict::history, "Lists how the verdict changed, each time with its cause." [Paged] -> Listed<Shown<VerdictEntry>>;
        Post "/incidents/{key}/verdict/signatures" Review verdict::sign, "Signs the facts behind the verdict." -> Shown<Signature>;
        Delete "/incidents/{key}/verdict/signatures/{id}" Review verdict::withdraw_signature, "Withdraws a signature." -> Deleted;

        Get "/incidents/{key}/severity" Read verdict::severity, "Reads the severity: computed, declared, in effect." -> Severities;
        Get "/incidents/{key}/ratings" Read verdict::ratings, "Lists ratings." [Paged] -> Listed<Shown<Rating>>;
        Post "/incidents/{key}/ratings" Edit verdict::rate, "Rates the severity by the rubric." (RatingDraft) -> With<Shown<Rating>, RatedSeverity>;
        Post "/incidents/{key}/overrides" Edit verdict::ask_override, "Asks for another severity than the computed one." (OverrideDraft) -> Shown<Override>;
        Post "/incidents/{key}/overrides/{id}/approve" Review verdict::approve_override, "Approves another severity, as a second person." -> Shown<Override>;

        Get "/incidents/{key}/claims" Read case::claims, "Lists claims." [Paged] -> Listed<Shown<Claim>>;
        Post "/incidents/{key}/claims" Edit case::add_claim, "Adds a claim." (ClaimDraft) -> Shown<Claim>;
        Patch "/incidents/{key}/claims/{id}" Edit case::edit_claim, "Edits a claim." (Edited<ClaimDraft>) -> Shown<Claim>;
        Delete "/incidents/{key}/claims/{id}" Edit case::delete_claim, "Deletes a claim." -> Deleted;
        Get "/incidents/{key}/conflicts" Read case::conflicts, "Lists conflicts between claims." [Paged] -> Listed<Shown<Conflict>>;
        Post "/incidents/{key}/conflicts/{id}/adopt" Edit case::adopt_claim, "Adopts one of the claims in conflict." (AdoptionDraft) -> Shown<Conflict>;
        Post "/incidents/{key}/conflicts/{id}/reopen" Edit case::reopen_conflict, "Reopens a conflict." -> Shown<Conflict>;
        Get "/incidents/{key}/gaps" Read case::gaps, "Lists control gaps." [Paged] -> Listed<Shown<Gap>>;
        Get "/incidents/{key}/gaps/suggestions" Read case::suggestions, "Lists control gaps that the facts suggest." [Paged] -> Listed<Suggestion>;
        Post "/incidents/{key}/gaps" Edit case::add_gap, "Adds a control gap." (GapDraft) -> Shown<Gap>;
        Patch "/incidents/{key}/gaps/{id}" Edit case::edit_gap, "Edits a control gap." (Edited<GapDraft>) -> Shown<Gap>;
        Delete "/incidents/{key}/gaps/{id}" Edit case::delete_gap, "Deletes a control gap." -> Deleted;
        Get "/incidents/{key}/factors" Read case::factors, "Lists contributing factors." [Paged] -> Listed<Shown<Factor>>;
        Post "/incidents/{key}/factors" Edit case::add_factor, "Adds a contributing factor." (FactorDraft) -> Shown<Factor>;
        Patch "/incidents/{key}/factors/{id}" Edit case::edit_factor, "Edits a contributing factor." (Edited<FactorDraft>) -> Shown<Factor>;
        Delete "/incidents/{key}/factors/{id}" Edit case::delete_factor, "Deletes a contributing factor." -> Deleted;
        Get "/incidents/{key}/decisions" Read case::decisions, "Lists decisions." [Paged] -> Listed<Shown<Decision>>;
        Post "/incidents/{key}/decisions" Edit case::add_decision, "Adds a decision: what was decided, by whom, when, on what grounds." (DecisionDraft) -> Shown<Decision>;
        Patch "/incidents/{key}/decisions/{id}" Edit case::edit_decision, "Edits a decision." (Edited<DecisionDraft>) -> Shown<Decision>;
        Delete "/incidents/{key}/decisions/{id}" Edit case::delete_decision, "Deletes a decision." -> Deleted;
        Get "/incidents/{key}/remediations" Read case::remediations, "Lists remediation items." [Paged] -> Listed<Shown<Remediation>>;
        Post "/incidents/{key}/remediations" Edit case::add_remediation, "Adds a remediation item." (RemediationDraft) -> Shown<Remediation>;
        Patch "/incidents/{key}/remediations/{id}" Edit case::edit_remediation, "Edits a remediation item." (Edited<RemediationDraft>) -> Shown<Remediation>;
        Delete "/incidents/{key}/remediations/{id}" Edit case::delete_remediation, "Deletes a remediation item." -> Deleted;
        Post "/incidents/{key}/remediations/{id}/status" Edit case::set_remediation_status, "Updates the status of a remediation item." (NewRemediationStatus) -> Shown<Remediation>;
        Post "/incidents/{key}/remediations/{id}/verify" Review case::verify_remediation, "Verifies that a remediation works." (VerificationDraft) -> Shown<Remediation>;
        Post "/incidents/{key}/remediations/{id}/wont-fix" Review case::wont_fix_remediation, "Decides that an item will not be fixed." (Reason) -> Shown<Remediation>;
        Post "/incidents/{key}/remediations/{id}/reopen" Edit case::reopen_remediation, "Reopens a remediation item." -> Shown<Remediation>;
        Get "/incidents/{key}/comments" Read case::comments, "Lists comments." [Paged] -> Listed<Shown<Comment>>;
        Post "/incidents/{key}/comments" Review case::add_comment, "Comments." (CommentDraft) -> Shown<Comment>;
        Patch "/incidents/{key}/comments/{id}" Review case::edit_comment, "Edits a comment." (Edited<CommentDraft>) -> Shown<Comment>;
        Delete "/incidents/{key}/comments/{id}" Edit case::delete_comment, "Deletes a comment." -> Deleted;
        Post "/incidents/{key}/comments/{id}/resolve" Review case::resolve_comment, "Resolves a comment." -> Shown<Comment>;
        Get "/incidents/{key}/wording" Read case::wording, "Lists texts that hold private names, with what was decided of them." [Paged] -> Listed<PrivateText>;
        Put "/incidents/{key}/wording" Edit case::decide_wording, "Decides what becomes of a private name in a text. People only." (WordingDraft) -> Shown<Wording>;
        Get "/incidents/{key}/sections" Read case::sections, "Lists the sections of the postmortem." [Paged] -> Listed<Shown<Narrative>>;
        Put "/incidents/{key}/sections/{section}" Edit case::put_section, "Writes a section of the postmortem." (Section) -> Either<Shown<Narrative>, EmptySection>;
        Post "/incidents/{key}/postmortem/submit" Edit case::submit_postmortem, "Submits the postmortem for approval." -> Shown<Postmortem>;
        Post "/incidents/{key}/postmortem/approve" Review case::approve_postmortem, "Approves the postmortem, as a second person." -> Shown<Postmortem>;
        Post "/incidents/{key}/postmortem/publish" Edit case::publish_postmortem, "Publishes the postmortem: the revision is frozen and signed." -> Shown<Postmortem>;
        Post "/incidents/{key}/postmortem/reopen" Edit case::reopen_postmortem, "Reopens the postmortem for edits." -> Shown<Postmortem>;
        Post "/incidents/{key}/postmortem/confirmations" Edit log::keep_confirmations, "Puts the map of confirmations into the postmortem." (KeepMapDraft) -> Shown<Postmortem>;
        Delete "/incidents/{key}/postmortem/confirmations" Edit log::drop_confirmations, "Takes the map of confirmations out of the postmortem." -> Shown<Postmortem>;

        Get "/incidents/{key}/revisions" Read revision::list, "Lists published revisions." [Paged] -> Listed<RevisionShown>;
        Get "/incidents/{key}/revisions/{id}" Read revision::get, "Reads a published revision with its signature." -> RevisionShown;
        Get "/incidents/{key}/revisions/{id}/difference" Read revision::difference, "Compares two published revisions word by word." [DifferenceQuery] -> Difference;
        Get "/incidents/{key}/revisions/{id}/links" Read revision::links, "Lists the links by which anybody reads the public text of a revision, without their secrets." [Paged] -> Listed<Shown<SharedLink>>;
        Post "/incidents/{key}/revisions/{id}/links" Edit revision::share, "Makes such a link, shown once; it opens for 30 days unless said otherwise." (ShareDraft) -> NewSharedLink;
        Delete "/incidents/{key}/links/{id}" Edit revision::revoke_link, "Revokes such a link: it opens nothing any more." -> Shown<SharedLink>;

        Get "/agents" Read agent::list, "Lists the agents of the registry by name." [Both<AgentFilter, Paged<String>>] -> Page<AgentCard>;
        Post "/agents" Edit agent::register, "Registers an agent." (AgentDraft) -> AgentShown;
        Post "/agents/import" Edit agent::import, "Registers the agents of a table (CSV), all or none." (Table) -> Registered;
        Get "/agents/{id}" Read agent::get, "Reads an agent." -> AgentShown;
        Patch "/agents/{id}" Edit agent::edit, "Edits what is registered of an agent. People only." (Edited<AgentDraft>) -> AgentShown;
        Put "/agents/{id}/status" Edit agent::set_status, "Sets the status of an agent, with the reason." (AgentStatusDraft) -> AgentShown;
        Get "/agents/{id}/grants" Read agent::grants, "Lists what an agent was granted." [Paged] -> Listed<GrantShown>;
        Post "/agents/{id}/grants" Edit agent::grant, "Grants something to an agent. People only." (GrantDraft) -> GrantShown;
        Post "/agents/{id}/grants/{grant}/narrow" Edit agent::narrow, "Puts a narrower grant in the place of one. People only." (NarrowingDraft) -> GrantShown;
        Post "/agents/{id}/grants/{grant}/revoke" Edit agent::revoke, "Revokes a grant, with the reason. People only." (ReasonDraft) -> GrantShown;
        Post "/agents/{id}/grants/{grant}/close-task" Edit agent::close_task, "Closes the task of a grant, which ends it. People only." -> GrantShown;
        Get "/agents/{id}/reviews" Read agent::reviews, "Lists reviews of an agent's grants." [Paged] -> Listed<Shown<AgentReview>>;
        Post "/agents/{id}/reviews" Review agent::review, "Reviews all grants that have not ended: each kept, narrowed or revoked. People only." (AgentReviewDraft) -> Shown<AgentReview>;
        Get "/agents/{id}/comments" Read agent::comments, "Lists comments on an agent." [Paged] -> Listed<Shown<AgentComment>>;
        Post "/agents/{id}/comments" Review agent::comment, "Comments on an agent." (AgentCommentDraft) -> Shown<AgentComment>;
        Patch "/agents/{id}/comments/{comment}" Review agent::edit_comment, "Edits a comment on an agent." (Edited<AgentCommentDraft>) -> Shown<AgentComment>;
        Get "/agents/{id}/changes" Read agent::changes, "Lists changes of an agent's file." [Both<After>] -> Listed<StoredAgentChange>;
        Post "/agents/{id}/merge" Edit agent::merge, "Merges the agent into another one. People only." (UnitingDraft) -> AgentShown;
        Post "/agents/{id}/split" Edit agent::split, "Makes another agent of some identifiers. People only." (SplitDraft) -> AgentShown;
        Post "/agents/{id}/undo" Edit agent::undo, "Undoes your last act on the agent. People only." -> AgentShown;

        Get "/sources" Read watch::source::list, "Lists where records come in while agents act." [Paged] -> Listed<SourceCard>;
        Post "/sources" Admin watch::source::create, "Makes a source of records. Its token is shown once." (SourceDraft) -> With<SourceCard, SourceToken>;
        Get "/sources/{id}" Read watch::source::get, "Reads a source and how it is." -> SourceCard;
        Patch "/sources/{id}" Admin watch::source::edit, "Edits a source." (Edited<SourceDraft>) -> SourceCard;
        Delete "/sources/{id}" Admin watch::source::close, "Closes a source. What it sent stays." -> SourceCard;
        Post "/sources/{id}/token" Admin watch::source::renew_token, "Gives a source a new token, shown once." -> With<SourceCard, SourceToken>;
        Get "/sources/{id}/segments" Read watch::source::segments, "Lists the sealed segments of a source, newest first." [Paged] -> Listed<Segment>;

        Post "/agents/{id}/containments" Edit watch::containment::contain, "Stops an agent recoverably." (ContainmentDraft) -> ContainmentShown;
        Get "/containments" Read watch::containment::list, "Lists containments, newest first." [Both<ContainmentsQuery>] -> Listed<ContainmentShown>;
        Get "/containments/{id}" Read watch::containment::get, "Reads a containment." -> ContainmentShown;
        Post "/containments/{id}/approve" Review watch::containment::approve, "Agrees to a containment as a second person. People only." -> ContainmentShown;
        Post "/containments/{id}/cancel" Review watch::containment::cancel, "Cancels a containment before it is sent. People only." (WhyDraft) -> ContainmentShown;
        Post "/containments/{id}/restore" Review watch::containment::restore, "Lets the agent act again. People only." (WhyDraft) -> ContainmentShown;
        Post "/containments/{id}/make-permanent" Review watch::containment::make_permanent, "Leaves the agent stopped for good. People only." (WhyDraft) -> ContainmentShown;
        Get "/stops" Read watch::containment::stops, "Lists the ways to stop agents." [Paged] -> Listed<StopSetting>;
        Post "/stops" Admin watch::containment::create_stop, "Adds a way to stop agents. People only." (StopSettingDraft) -> StopSetting;
        Get "/stops/{id}" Read watch::containment::stop, "Reads a way to stop agents." -> StopSetting;
        Patch "/stops/{id}" Admin watch::containment::edit_stop, "Edits a way to stop agents. People only." (Edited<StopSettingDraft>) -> StopSetting;
        Delete "/stops/{id}" Admin watch::containment::retire_stop, "Retires a way to stop agents. People only." -> StopSetting;
        Post "/stops/{id}/test" Admin watch::containment::test_stop, "Says what would be sent, with secrets by name; nothing is sent." -> DryRun;

        Get "/alerts" Read watch::alert::list, "Lists what the rules said, newest first." [Both<AlertFilter, Paged<String>>] -> Listed<With<Alert, AlertToo>>;
        Get "/alerts/{id}" Read watch::alert::get, "Reads an alert." -> With<Alert, AlertToo>;
        Post "/alerts/{id}/acknowledge" Edit watch::alert::acknowledge, "Acknowledges an alert." -> With<Alert, AlertToo>;
        Post "/alerts/{id}/mute" Edit watch::alert::mute, "Mutes an alert until a time, with the reason. People only." (AlertMute) -> With<Alert, AlertToo>;
        Post "/alerts/{id}/false-alarm" Edit watch::alert::false_alarm, "Calls an alert a false alarm, with the reason. People only." (AlertWhy) -> With<Alert, AlertToo>;
        Post "/alerts/{id}/assign" Edit watch::alert::assign, "Says who looks after an alert." (Assignee) -> With<Alert, AlertToo>;
        Post "/alerts/{id}/close" Edit watch::alert::close, "Closes an alert, with the reason." (AlertWhy) -> With<Alert, AlertToo>;
        Post "/alerts/{id}/reopen" Edit watch::alert::reopen, "Reopens an alert, with the reason." (AlertWhy) -> With<Alert, AlertToo>;
        Get "/rules" Read watch::rule::list, "Lists the rules, each with its precision." [Paged] -> Listed<RuleCard>;
        Get "/rules/{kind}" Read watch::rule::get, "Reads a rule." -> RuleCard;
        Get "/rules/{kind}/trial" Read watch::rule::trial, "Says what a rule would have said of what is stored of the last days; nothing is changed." [RuleTrialQuery] -> RuleTrial;
        Patch "/rules/{kind}" Admin watch::rule::set, "Sets a rule. People only." (Edited<RuleDraft>) -> RuleCard;
        Get "/notices" Admin watch::notice::get, "Reads who is told of alerts." -> NoticeSetting;
        Patch "/notices" Admin watch::notice::set, "Says who is told of alerts, and how often at most. People only." (Edited<NoticeDraft>) -> NoticeSetting;

        Get "/inbox" Read case::inbox, "Lists what waits for you." -> Inbox;
        Get "/remediations" Read case::board, "Lists remediation items across incidents." [Both<BoardFilter, Paged<String>>] -> Page<BoardItem>;
        Get "/tokens" Read account::tokens, "Lists your tokens." [Paged] -> Listed<TokenShown>;
        Post "/tokens" Read account::create_token, "Makes a token, shown once. People only." (TokenDraft) -> NewToken;
        Delete "/tokens/{id}" Read account::revoke_token, "Revokes a token." -> Revoked;
        Get "/changes" Admin account::changes, "Lists changes of the instance: accounts, tokens, invitations, settings, refused sign-ins. No token of an agent may." [Both<After>] -> Listed<StoredInstanceChange>;
        Get "/users" Admin account::users, "Lists accounts." [Paged] -> Listed<UserShown>;
        Post "/users/{id}/role" Admin account::set_role, "Sets the role of an account." (RoleDraft) -> RoleSet;
        Post "/users/{id}/disable" Admin account::disable, "Disables an account." -> Disabled;
        Post "/invitations" Admin account::invite, "Invites somebody; the link is shown once." (InvitationDraft) -> Invited;
        Put "/account" Read account::edit_account, "Edits your name, zone and theme." (AccountDraft) -> AccountSet;
        Put "/account/password" Read account::set_password, "Changes your password. People only." (PasswordDraft) -> PasswordSet;
    };
    ROUTES
}
