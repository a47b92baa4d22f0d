//! The catalogue of acts on logging: each provider's stand in the file of its format.
//!
//! It was written in November 2026 after the providers' own lists, not checked entry by entry: AWS's "Service Authorization
//! Reference" and the API references of its services, Google's "Audit logging" pages of the Logging API, Microsoft's "Audit
//! log activities" and Azure's resource provider operations, the event lists of Okta, GitHub and Slack, and the man pages
//! of `auditctl` and `auditd`.

use super::{Family, Reach};
use crate::reader::log::format::Format;

/// Names of calls that many services have: alone they say nothing of logging.
pub(super) const COMMON: &str = "deletebucket updatebucket undeletebucket createview updateview deleteview updatesettings deletechannel \
     deleteresourcepolicy deletedestination deletedelivery deletemembers disassociatemembers deletelog updateclusterconfig \
     updatedetector deletedetector hook.destroy leaveorganization removeaccountfromorganization deleteorganization enablelogging disablelogging updatedatalake updateloggingconfiguration";

/// Calls of one service that change what is logged.
pub(in crate::reader::log) struct LoggingAct {
    /// What the name of the service begins with.
    service: &'static str,
    pub(super) reach: Reach,
    pub(super) names: &'static str,
    /// They change it only where what they are given says one of these, in small letters.
    pub(super) marks: &'static [&'static str],
    by_parameters: bool,
}

impl LoggingAct {
    /// Whether such calls change what is logged by what they are given, and not by their names alone.
    pub(super) const fn is_by_parameters(&self) -> bool {
        self.by_parameters
    }

    /// Whether a service is the one meant.
    pub(super) fn is_of(&self, service: &str) -> bool {
        self.service.split(' ').any(|known| service.starts_with(known))
    }
}

/// Calls whose names alone say that they change what is logged.
pub(in crate::reader::log) const fn entry(service: &'static str, reach: Reach, names: &'static str) -> LoggingAct {
    LoggingAct { service, reach, names, marks: &[], by_parameters: false }
}

/// Calls that change what is logged where they are given something that switches it off, or that says one of the marks.
pub(in crate::reader::log) const fn given(
    service: &'static str,
    reach: Reach,
    names: &'static str,
    marks: &'static [&'static str],
) -> LoggingAct {
    LoggingAct { service, reach, names, marks, by_parameters: true }
}

/// The logs of web servers.
pub(in crate::reader::log) const WEB: Reach = Reach::Of(Family::Own(Format::WebAccess));
/// Those of databases.
pub(in crate::reader::log) const DATABASE: Reach = Reach::Of(Family::Own(Format::Postgres));
/// Those of networks.
pub(in crate::reader::log) const NETWORK: Reach = Reach::Of(Family::Own(Format::VpcFlow));
/// Those of something else.
pub(in crate::reader::log) const ELSEWHERE: Reach = Reach::Of(Family::Other);

/// The acts on logging of every format.
pub(super) fn all() -> impl Iterator<Item = (Format, &'static LoggingAct)> {
    Format::ALL.iter().flat_map(|format| format.logging().iter().map(|entry| (*format, entry)))
}
