//! What is special about the two formats of Azure.

use super::Azure;
use crate::reader::log::adapter::Adapter;
use crate::reader::log::definition::LogFormat;
use crate::reader::log::logging::{DATABASE, Family, LoggingAct, Reach, entry};
use crate::reader::log::mode::{Mode, audit_log};
use crate::reader::log::reader::Options;
use crate::reader::log::sign::{Sample, Sign};
use crate::reader::log::source::SourceKind;
use crate::reader::log::summary::Summary;
use crate::vocabulary::CoverageMode;

/// Microsoft Entra.
pub struct Entra;

impl LogFormat for Entra {
    const SIGNS: &'static [Sign] = &[Sign::Record(45, looks_like_entra)];
    const LISTS: &'static [&'static str] = &["value", "records"];
    const SOURCE: SourceKind = SourceKind::Service;
    const IS_IN_ORDER: bool = false;
    const FAMILY: Option<Family> = Some(Family::Microsoft);

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(Azure::entra())
    }

    fn mode(summary: &Summary) -> Mode {
        audit_log(summary)
    }
}

fn looks_like_entra(record: &Sample<'_>) -> bool {
    const CATEGORIES: &[&str] = &[
        "SignInLogs",
        "AuditLogs",
        "NonInteractiveUserSignInLogs",
        "ServicePrincipalSignInLogs",
        "ManagedIdentitySignInLogs",
        "ADFSSignInLogs",
        "RiskyUsers",
        "UserRiskEvents",
        "ProvisioningLogs",
        "MicrosoftGraphActivityLogs",
    ];
    record.text("resourceId").to_ascii_lowercase().contains("microsoft.aadiam")
        || CATEGORIES.contains(&record.text("category"))
        || record.any(&["activityDisplayName", "appDisplayName"]) && record.any(&["initiatedBy", "userPrincipalName"])
}

/// The activity log of Azure.
pub struct AzureActivity;

impl LogFormat for AzureActivity {
    const SIGNS: &'static [Sign] = &[Sign::Record(45, |record| {
        record.has("operationName") && record.any(&["resourceId", "resourceGroupName", "callerIpAddress", "caller"])
    })];
    const LISTS: &'static [&'static str] = &["value", "records"];
    const SOURCE: SourceKind = SourceKind::Cloud;
    const UNSHOWN: CoverageMode = CoverageMode::ManagementOnly;
    const IS_IN_ORDER: bool = false;
    const FAMILY: Option<Family> = Some(Family::Microsoft);
    const LOGGING: &'static [LoggingAct] = LOGGING;
    const NAMES_LOGGING: bool = true;

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(Azure::activity())
    }

    fn mode(_summary: &Summary) -> Mode {
        let reason = "The activity log holds operations on subscriptions and their resources, not the reading or writing of what they hold.";
        (CoverageMode::ManagementOnly, reason.into())
    }
}

/// The acts on logging of its own list.
const LOGGING: &[LoggingAct] = &[
    entry(
        "microsoft.insights/",
        Reach::Own,
        "microsoft.insights/diagnosticsettings/write microsoft.insights/diagnosticsettings/delete \
         microsoft.insights/logprofiles/write microsoft.insights/logprofiles/delete",
    ),
    entry(
        "microsoft.",
        Reach::Store,
        "microsoft.operationalinsights/workspaces/delete microsoft.operationalinsights/workspaces/purge/action \
         microsoft.operationalinsights/workspaces/tables/write microsoft.eventhub/namespaces/delete \
         microsoft.eventhub/namespaces/eventhubs/delete microsoft.network/networkwatchers/flowlogs/delete \
         microsoft.network/networkwatchers/flowlogs/write microsoft.insights/datacollectionrules/write \
         microsoft.insights/datacollectionrules/delete microsoft.insights/datacollectionruleassociations/write \
         microsoft.insights/datacollectionruleassociations/delete microsoft.operationalinsights/workspaces/dataexports/delete \
         microsoft.operationalinsights/workspaces/dataexports/write",
    ),
    entry(
        "microsoft.",
        DATABASE,
        "microsoft.sql/servers/auditingsettings/write microsoft.sql/servers/extendedauditingsettings/write \
         microsoft.sql/servers/devopsauditingsettings/write microsoft.sql/servers/databases/auditingsettings/write \
         microsoft.sql/servers/databases/extendedauditingsettings/write microsoft.sql/managedinstances/devopsauditingsettings/write \
         microsoft.synapse/workspaces/auditingsettings/write microsoft.synapse/workspaces/extendedauditingsettings/write",
    ),
];
