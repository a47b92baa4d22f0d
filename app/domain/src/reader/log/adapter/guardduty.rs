//! Findings of AWS GuardDuty. A finding tells what somebody was seen to do; it is no record of the act, and that there is
//! none says nothing.

use super::Adapter;
use super::events::{Events, NOTHING, Spec, Special};
use super::fields::Fields;
use crate::reader::log::act::Act;
use crate::reader::log::definition::{LogFormat, Watched};
use crate::reader::log::mode::Mode;
use crate::reader::log::party;
use crate::reader::log::reader::Options;
use crate::reader::log::record::{LogActor, LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, TimeFlag, clip};
use crate::reader::log::sign::Sign;
use crate::reader::log::stamp::read_stamp;
use crate::reader::log::summary::Summary;
use crate::vocabulary::CoverageMode;
use crate::vocabulary::PrincipalKind;
use crate::vocabulary::{Effect, Outcome, Verb};

/// The findings of GuardDuty.
pub struct Guardduty;

impl LogFormat for Guardduty {
    const SIGNS: &'static [Sign] = &[Sign::Record(70, |record| {
        record.all(&["service", "severity"])
            && record.any(&["accountId", "arn"])
            && record.any(&["schemaVersion", "resource"])
    })];
    const LISTS: &'static [&'static str] = &["Findings", "findings"];
    const WATCHED: Watched = Watched::Not;

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(Events::new(&SPEC))
    }

    fn mode(_summary: &Summary) -> Mode {
        let reason = "A finding tells of what was noticed: acts that nobody noticed leave none.";
        (CoverageMode::Sampled, reason.into())
    }
}

/// Where the fields are.
pub static SPEC: Spec = Spec {
    needed: &["service.serviceName", "service.eventFirstSeen", "service.action", "service.detectorId"],
    time: &["service.eventFirstSeen", "createdAt", "updatedAt"],
    is_utc: true,
    action: &["type"],
    resource: &[
        "resource.instanceDetails.instanceId",
        "resource.s3BucketDetails.arn",
        "resource.s3BucketDetails.name",
        "resource.eksClusterDetails.name",
        "resource.rdsDbInstanceDetails.dbInstanceIdentifier",
        "resource.lambdaDetails.functionName",
        "resource.containerDetails.name",
        "resource.accessKeyDetails.accessKeyId",
        "resource.resourceType",
    ],
    message: &["title", "description"],
    address: &[
        "service.action.awsApiCallAction.remoteIpDetails.ipAddressV4",
        "service.action.networkConnectionAction.remoteIpDetails.ipAddressV4",
        "service.action.kubernetesApiCallAction.remoteIpDetails.ipAddressV4",
        "service.action.rdsLoginAttemptAction.remoteIpDetails.ipAddressV4",
        "service.action.portProbeAction.portProbeDetails.remoteIpDetails.ipAddressV4",
    ],
    id: &["id"],
    tool: &["service.action.actionType"],
    special,
    ..NOTHING
};

/// Why a person should look at it.
const FINDING: &str = "This is a finding of GuardDuty: the act that it tells of is in another log.";

fn special(fields: &Fields<'_>, record: &mut LogRecord) -> Special {
    // From the first sight to the last.
    let last = read_stamp(&fields.text(&["service.eventLastSeen"]), None).time;
    if let Some((first, last)) = record.time.zip(last).filter(|(first, last)| first < last) {
        (record.time, record.time_latest, record.time_flag) = (Some(first), Some(last), TimeFlag::Range);
    }
    let role = fields.get(&[
        "resource.accessKeyDetails.userName",
        "resource.kubernetesDetails.kubernetesUserDetails.username",
        "service.action.rdsLoginAttemptAction.loginAttributes.user",
    ]);
    record.actor = role.map_or_else(LogActor::default, |name| party::named(party::of_arn(&name)));
    if record.actor.kind == PrincipalKind::Unknown && fields.text(&["resource.accessKeyDetails.userType"]) == "IAMUser"
    {
        record.actor = party::person(&record.actor.name.clone());
    }
    let api = fields.get(&[
        "service.action.awsApiCallAction.api",
        "service.action.kubernetesApiCallAction.verb",
        "service.action.dnsRequestAction.domain",
    ]);
    if let Some(api) = api {
        record.message = clip(&format!("{} ({api})", record.message), TEXT_CHARS_MAX);
    }
    record.action = clip(&record.action, NAME_CHARS_MAX);
    let blocked = fields.get(&[
        "service.action.networkConnectionAction.blocked",
        "service.action.portProbeAction.blocked",
        "service.action.dnsRequestAction.blocked",
    ]);
    record.outcome = if blocked.is_some_and(|blocked| blocked == "true") { Outcome::Denied } else { Outcome::Unknown };
    if fields
        .get(&["service.action.awsApiCallAction.errorCode"])
        .is_some_and(|code| code.contains("Denied") || code.contains("Unauthorized"))
    {
        record.outcome = Outcome::Denied;
    }
    record.needs_review = Some(FINDING.into());
    Special::Act(Act::new(Verb::Other, Effect::None))
}
