//! The table of commands. The API and the forms are built from it, and the
//! access matrix of the tests is checked against it.

use domain::access::Permit;

use super::{
    Run, account, agent, case, evidence, exposure, incident, log, merging, revision, timeline, verdict, watch,
};

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
}

macro_rules! table {
    ($($method:ident $path:literal $permit:ident $run:path;)*) => {
        &[$(Route { method: Method::$method, path: $path, permit: Permit::$permit, run: |call| Box::pin($run(call)) }),*]
    };
}

/// Every command.
pub fn routes() -> &'static [Route] {
    static ROUTES: &[Route] = table! {
        Get "/incidents" Read incident::list;
        Post "/incidents" Edit incident::create;
        Get "/incidents/{key}" Read incident::get;
        Patch "/incidents/{key}" Edit incident::edit;
        Put "/incidents/{key}/status" Edit incident::set_status;
        Post "/incidents/{key}/members" Edit incident::add_member;
        Delete "/incidents/{key}/members/{id}" Edit incident::remove_member;
        Get "/incidents/{key}/changes" Read incident::changes;
        Post "/incidents/{key}/changes/{version}/restore" Review incident::restore;
        Post "/incidents/{key}/undo" Review incident::undo;
        Get "/incidents/{key}/merge" Read merging::plan;
        Post "/incidents/{key}/merge" Edit merging::merge;
        Delete "/incidents/{key}/merge" Edit merging::part;

        Get "/incidents/{key}/principals" Read timeline::principals;
        Post "/incidents/{key}/principals" Edit timeline::add_principal;
        Patch "/incidents/{key}/principals/{id}" Edit timeline::edit_principal;
        Delete "/incidents/{key}/principals/{id}" Edit timeline::delete_principal;
        Post "/incidents/{key}/principals/{id}/merge" Edit timeline::merge_principals;
        Post "/incidents/{key}/principals/{id}/agent" Edit timeline::link_agent;
        Delete "/incidents/{key}/principals/{id}/agent" Edit timeline::unlink_agent;
        Get "/incidents/{key}/events" Read timeline::events;
        Post "/incidents/{key}/events" Edit timeline::add_events;
        Get "/incidents/{key}/events/{id}" Read timeline::event;
        Patch "/incidents/{key}/events/{id}" Edit timeline::edit_event;
        Delete "/incidents/{key}/events/{id}" Edit timeline::delete_event;
        Post "/incidents/{key}/events/{id}/restore" Edit timeline::restore_event;
        Get "/incidents/{key}/edges" Read timeline::edges;
        Post "/incidents/{key}/edges" Edit timeline::add_edge;
        Delete "/incidents/{key}/edges/{id}" Edit timeline::delete_edge;
        Get "/incidents/{key}/marks" Read timeline::marks;
        Put "/incidents/{key}/marks/{mark}" Edit timeline::set_mark;
        Delete "/incidents/{key}/marks/{mark}" Edit timeline::clear_mark;
        Get "/incidents/{key}/metrics" Read timeline::metrics;

        Get "/incidents/{key}/evidence" Read evidence::list;
        Get "/incidents/{key}/evidence/{id}" Read evidence::get;
        Patch "/incidents/{key}/evidence/{id}" Edit evidence::edit;
        Post "/incidents/{key}/evidence/{id}/status" Edit evidence::set_status;
        Post "/incidents/{key}/evidence/{id}/withdraw" Edit evidence::withdraw;
        Post "/incidents/{key}/evidence/{id}/verify" Edit evidence::verify;
        Get "/incidents/{key}/readings" Read log::readings;
        Get "/incidents/{key}/records" Read log::all_records;
        Get "/incidents/{key}/confirmations" Read log::confirmations;
        Get "/incidents/{key}/evidence/{id}/records" Read log::records;
        Get "/incidents/{key}/evidence/{id}/records/{number}" Read log::record;
        Get "/incidents/{key}/evidence/{id}/reading" Read log::reading;
        Get "/incidents/{key}/evidence/{id}/reading/trial" Read log::trial;
        Get "/incidents/{key}/evidence/{id}/complaints" Read log::complaints;
        Post "/incidents/{key}/evidence/{id}/reading" Edit log::read;
        Post "/incidents/{key}/evidence/{id}/reading/cancel" Edit log::cancel;
        Post "/incidents/{key}/evidence/{id}/reading/undo" Edit log::undo;
        Post "/incidents/{key}/evidence/{id}/promote" Edit log::promote;
        Get "/incidents/{key}/classifications" Read log::classifications;
        Post "/incidents/{key}/classifications" Review log::classify;
        Delete "/incidents/{key}/classifications/{id}" Review log::unclassify;
        Get "/incidents/{key}/evidence/{id}/coverage/proposal" Read evidence::proposal;
        Post "/incidents/{key}/evidence/{id}/coverage/proposal" Edit evidence::accept_proposal;
        Get "/incidents/{key}/explanations" Read evidence::explanations;
        Post "/incidents/{key}/explanations" Edit evidence::explain;
        Post "/incidents/{key}/explanations/{id}/accept" Review evidence::accept_explanation;
        Delete "/incidents/{key}/explanations/{id}" Edit evidence::delete_explanation;
        Get "/incidents/{key}/coverage" Read evidence::coverage;
        Post "/incidents/{key}/evidence/{id}/coverage" Edit evidence::add_coverage;
        Post "/incidents/{key}/coverage" Edit evidence::state_coverage;
        Patch "/incidents/{key}/coverage/{id}" Edit evidence::edit_coverage;
        Delete "/incidents/{key}/coverage/{id}" Edit evidence::delete_coverage;

        Get "/incidents/{key}/exposure" Read exposure::get;
        Put "/incidents/{key}/exposure" Edit exposure::put;
        Put "/incidents/{key}/exposure/window" Edit exposure::set_window;
        Post "/incidents/{key}/exposure/resources" Edit exposure::add_resource;
        Put "/incidents/{key}/exposure/resources/{id}" Edit exposure::edit_resource;
        Delete "/incidents/{key}/exposure/resources/{id}" Edit exposure::remove_resource;
        Post "/incidents/{key}/exposure/resources/{id}/paths" Edit exposure::put_path;
        Delete "/incidents/{key}/exposure/resources/{id}/paths/{path}" Edit exposure::remove_path;
        Put "/incidents/{key}/exposure/principals" Edit exposure::set_principals;
        Put "/incidents/{key}/exposure/enumeration/{list}" Edit exposure::set_enumeration;

        Get "/incidents/{key}/reviews" Read verdict::reviews;
        Post "/incidents/{key}/reviews" Review verdict::add_review;
        Post "/incidents/{key}/reviews/{id}/revoke" Review verdict::revoke_review;
        Get "/incidents/{key}/findings" Read verdict::findings;
        Post "/incidents/{key}/findings" Review verdict::add_finding;
        Patch "/incidents/{key}/findings/{id}" Review verdict::edit_finding;
        Delete "/incidents/{key}/findings/{id}" Edit verdict::delete_finding;
        Post "/incidents/{key}/findings/{id}/resolve" Review verdict::resolve_finding;
        Post "/incidents/{key}/findings/{id}/reopen" Review verdict::reopen_finding;
        Get "/incidents/{key}/verdict" Read verdict::get;
        Get "/incidents/{key}/verdict/history" Read verdict::history;
        Post "/incidents/{key}/verdict/signatures" Review verdict::sign;
        Delete "/incidents/{key}/verdict/signatures/{id}" Review verdict::withdraw_signature;

        Get "/incidents/{key}/severity" Read verdict::severity;
        Get "/incidents/{key}/ratings" Read verdict::ratings;
        Post "/incidents/{key}/ratings" Edit verdict::rate;
        Post "/incidents/{key}/overrides" Edit verdict::ask_override;
        Post "/incidents/{key}/overrides/{id}/approve" Review verdict::approve_override;

        Get "/incidents/{key}/claims" Read case::claims;
        Post "/incidents/{key}/claims" Edit case::add_claim;
        Patch "/incidents/{key}/claims/{id}" Edit case::edit_claim;
        Delete "/incidents/{key}/claims/{id}" Edit case::delete_claim;
        Get "/incidents/{key}/conflicts" Read case::conflicts;
        Post "/incidents/{key}/conflicts/{id}/adopt" Edit case::adopt_claim;
        Post "/incidents/{key}/conflicts/{id}/reopen" Edit case::reopen_conflict;
        Get "/incidents/{key}/gaps" Read case::gaps;
        Get "/incidents/{key}/gaps/suggestions" Read case::suggestions;
        Post "/incidents/{key}/gaps" Edit case::add_gap;
        Patch "/incidents/{key}/gaps/{id}" Edit case::edit_gap;
        Delete "/incidents/{key}/gaps/{id}" Edit case::delete_gap;
        Get "/incidents/{key}/factors" Read case::factors;
        Post "/incidents/{key}/factors" Edit case::add_factor;
        Patch "/incidents/{key}/factors/{id}" Edit case::edit_factor;
        Delete "/incidents/{key}/factors/{id}" Edit case::delete_factor;
        Get "/incidents/{key}/remediations" Read case::remediations;
        Post "/incidents/{key}/remediations" Edit case::add_remediation;
        Patch "/incidents/{key}/remediations/{id}" Edit case::edit_remediation;
        Delete "/incidents/{key}/remediations/{id}" Edit case::delete_remediation;
        Post "/incidents/{key}/remediations/{id}/status" Edit case::set_remediation_status;
        Post "/incidents/{key}/remediations/{id}/verify" Review case::verify_remediation;
        Post "/incidents/{key}/remediations/{id}/wont-fix" Review case::wont_fix_remediation;
        Post "/incidents/{key}/remediations/{id}/reopen" Edit case::reopen_remediation;
        Get "/incidents/{key}/comments" Read case::comments;
        Post "/incidents/{key}/comments" Review case::add_comment;
        Patch "/incidents/{key}/comments/{id}" Review case::edit_comment;
        Delete "/incidents/{key}/comments/{id}" Edit case::delete_comment;
        Post "/incidents/{key}/comments/{id}/resolve" Review case::resolve_comment;
        Get "/incidents/{key}/wording" Read case::wording;
        Put "/incidents/{key}/wording" Edit case::decide_wording;
        Get "/incidents/{key}/sections" Read case::sections;
        Put "/incidents/{key}/sections/{section}" Edit case::put_section;
        Post "/incidents/{key}/postmortem/submit" Edit case::submit_postmortem;
        Post "/incidents/{key}/postmortem/approve" Review case::approve_postmortem;
        Post "/incidents/{key}/postmortem/publish" Edit case::publish_postmortem;
        Post "/incidents/{key}/postmortem/reopen" Edit case::reopen_postmortem;
        Post "/incidents/{key}/postmortem/confirmations" Edit log::keep_confirmations;
        Delete "/incidents/{key}/postmortem/confirmations" Edit log::drop_confirmations;

        Get "/incidents/{key}/revisions" Read revision::list;
        Get "/incidents/{key}/revisions/{id}" Read revision::get;
        Get "/incidents/{key}/revisions/{id}/difference" Read revision::difference;

        Get "/agents" Read agent::list;
        Post "/agents" Edit agent::register;
        Post "/agents/import" Edit agent::import;
        Get "/agents/{id}" Read agent::get;
        Patch "/agents/{id}" Edit agent::edit;
        Put "/agents/{id}/status" Edit agent::set_status;
        Get "/agents/{id}/grants" Read agent::grants;
        Post "/agents/{id}/grants" Edit agent::grant;
        Post "/agents/{id}/grants/{grant}/narrow" Edit agent::narrow;
        Post "/agents/{id}/grants/{grant}/revoke" Edit agent::revoke;
        Post "/agents/{id}/grants/{grant}/close-task" Edit agent::close_task;
        Get "/agents/{id}/reviews" Read agent::reviews;
        Post "/agents/{id}/reviews" Review agent::review;
        Get "/agents/{id}/comments" Read agent::comments;
        Post "/agents/{id}/comments" Review agent::comment;
        Patch "/agents/{id}/comments/{comment}" Review agent::edit_comment;
        Get "/agents/{id}/changes" Read agent::changes;
        Post "/agents/{id}/merge" Edit agent::merge;
        Post "/agents/{id}/split" Edit agent::split;
        Post "/agents/{id}/undo" Edit agent::undo;
        Post "/agents/{id}/containments" Edit watch::containment::contain;

        Get "/containments" Read watch::containment::list;
        Get "/containments/{id}" Read watch::containment::get;
        Post "/containments/{id}/approve" Review watch::containment::approve;
        Post "/containments/{id}/cancel" Review watch::containment::cancel;
        Post "/containments/{id}/restore" Review watch::containment::restore;
        Post "/containments/{id}/make-permanent" Review watch::containment::make_permanent;
        Get "/stops" Read watch::containment::stops;
        Post "/stops" Admin watch::containment::create_stop;
        Get "/stops/{id}" Read watch::containment::stop;
        Patch "/stops/{id}" Admin watch::containment::edit_stop;
        Delete "/stops/{id}" Admin watch::containment::retire_stop;
        Post "/stops/{id}/test" Admin watch::containment::test_stop;

        Post "/incidents/{key}/evidence/segments" Edit watch::source::as_evidence;
        Get "/sources" Read watch::source::list;
        Post "/sources" Admin watch::source::create;
        Get "/sources/{id}" Read watch::source::get;
        Patch "/sources/{id}" Admin watch::source::edit;
        Delete "/sources/{id}" Admin watch::source::close;
        Post "/sources/{id}/token" Admin watch::source::renew_token;
        Get "/sources/{id}/segments" Read watch::source::segments;

        Get "/inbox" Read case::inbox;
        Get "/remediations" Read case::board;
        Get "/tokens" Read account::tokens;
        Post "/tokens" Read account::create_token;
        Delete "/tokens/{id}" Read account::revoke_token;
        Get "/users" Admin account::users;
        Post "/users/{id}/role" Admin account::set_role;
        Post "/users/{id}/disable" Admin account::disable;
        Post "/invitations" Admin account::invite;
        Put "/account" Read account::edit_account;
        Put "/account/password" Read account::set_password;
    };
    ROUTES
}
