//! What operations of Azure mean where their words do not tell.

use crate::reader::log::act::Act;
use crate::reader::log::adapter::table::{ActMeaning, Known, Table};
use crate::vocabulary::{Effect, Verb};

/// What the operations of Key Vault do, by Microsoft's list of them as known in November 2026.
const VAULT: &[Known] = &[
    (
        Verb::Read,
        Effect::Read,
        "SecretGet|SecretBackup|KeyGet|KeyBackup|KeyDecrypt|KeyUnwrap|KeySign|KeyVerify|KeyExport|KeyRelease|KeyWrap|KeyEncrypt|\
         CertificateGet|CertificateBackup|CertificatePolicyGet|CertificatePendingGet|VaultGet|SecretGetDeleted|KeyGetDeleted|\
         StorageAccountGet|StorageSasDefinitionGet|StorageAccountBackup",
    ),
    (
        Verb::List,
        Effect::Read,
        "SecretList|SecretListVersions|SecretListDeleted|KeyList|KeyListVersions|KeyListDeleted|CertificateList|\
         CertificateListVersions|CertificateListDeleted|CertificateIssuersList|VaultList|StorageAccountList|StorageSasDefinitionList",
    ),
    (
        Verb::Write,
        Effect::Mutating,
        "SecretSet|SecretUpdate|SecretRestore|SecretRecover|KeyRestore|KeyUpdate|KeyRecover|KeyRotate",
    ),
    (
        Verb::Delete,
        Effect::Destructive,
        "SecretDelete|SecretPurge|KeyDelete|KeyPurge|CertificateDelete|CertificatePurge|VaultDelete|VaultPurge",
    ),
    (
        Verb::Grant,
        Effect::Privilege,
        "VaultPut|VaultPatch|VaultAccessPolicyChangedEventGridNotification|KeyCreate|KeyImport",
    ),
    (Verb::Login, Effect::None, "Authentication"),
];

/// What an operation of Key Vault does.
pub(super) fn in_vault(operation: &str) -> Option<Act> {
    Table::find(VAULT, operation)
}

/// Operations on subscriptions by their ends: `…/listKeys/action` reads a secret, `…/start/action` starts a machine. By
/// "Azure permissions", Microsoft's list of the operations of its resource providers, as known in November 2026.
const ENDS: &[Known] = &[
    (
        Verb::Read,
        Effect::Read,
        "/listkeys/action|/listaccountsas/action|/listservicesas/action|/listsecrets/action|/listconnectionstrings/action|\
         /listcredentials/action|/listclusteradmincredential/action|/listclusterusercredential/action|/keys/read/action|\
         /secrets/getsecret/action|/secrets/readmetadata/action|/keys/decrypt/action|/keys/unwrap/action|/keys/sign/action|\
         /keys/verify/action|/keys/encrypt/action|/keys/wrap/action|/backup/action|/begingetaccess/action|/capture/action|\
         /retrievebootdiagnosticsdata/action|/listquerykeys/action|/list/action|/generatekubeconfig/action",
    ),
    (
        Verb::Grant,
        Effect::Privilege,
        "/regeneratekey/action|/regenerateaccesskey/action|/regeneratekeys/action|/rotatekey/action|/elevateaccess/action|\
         /roleassignments/write|/roledefinitions/write|/accesspolicies/write|/resetaadprofile/action|/resetserviceprincipalprofile/action|\
         /roleassignmentschedulerequests/write|/roleeligibilityschedulerequests/write|/federatedidentitycredentials/write|\
         /assign/action|/resetpassword/action|/generatesastoken/action|/createusersas/action|/policyassignments/write|\
         /policyassignments/delete|/policyexemptions/write|/policydefinitions/write|/firewallrules/write|/securityrules/write|\
         /firewallpolicies/write|/firewallpolicies/delete|/keys/write|/locks/delete",
    ),
    (
        Verb::Revoke,
        Effect::Privilege,
        "/endgetaccess/action|/roleassignments/delete|/revokesastokens/action|/invalidateall/action",
    ),
    (
        Verb::Delete,
        Effect::Destructive,
        "/purge/action|/deletedvaults/purge/action|/batchdelete/action|/emptyrecyclebin/action",
    ),
    (
        Verb::Execute,
        Effect::Mutating,
        "/start/action|/restart/action|/poweroff/action|/deallocate/action|/stop/action|/runcommand/action|/redeploy/action|/reimage/action|\
         /failover/action|/swap/action|/commandresults/action|/runs/cancel/action|/run/action|/validate/action|/trigger/run/action|\
         /draft/publish/action|/publish/action|/generalize/action|/convert/action|/upgrade/action|/execute/action",
    ),
    (
        Verb::Write,
        Effect::Mutating,
        "/recover/action|/restore/action|/keys/rotate/action|/join/action|/update/action|/move/action|/moveresources/action|\
         /register/action|/unregister/action|/secrets/setsecret/action|/webhooks/action",
    ),
];

/// What activities in a directory mean, by "Microsoft Entra audit log categories and activities" as known in November 2026.
const ENTRA: &[Known] = &[
    (Verb::Login, Effect::None, "Sign-in activity|User started security info registration*"),
    (
        Verb::Grant,
        Effect::Privilege,
        "Add member to role*|Add eligible member to role*|Add scoped member to role*|Add app role assignment*|Consent to application|\
         Add delegated permission grant|Add OAuth2PermissionGrant|Add owner to *|Add service principal credentials|\
         Update application – Certificates and secrets management*|Update application - Certificates and secrets management*|\
         Invite external user|Invite internal user|Redeem external user invite|Set federation settings on domain|\
         Set domain authentication|Add conditional access policy|Update conditional access policy|Delete conditional access policy|\
         Add policy|Added policy|Update policy|Delete policy|Authentication Methods Policy Update|Authentication Methods Policy Reset|\
         User has elevated their access*|Add member to group|Add user|Restore user|Enable account|Reset user password|\
         Reset password*|Change user password|Change password*|User registered security info|Admin registered security info|\
         User registered all required security info|Admin updated security info|Admin deleted security info|User deleted security info|\
         Disable Strong Authentication|Enable Strong Authentication|Add role definition|Update role definition|\
         Add role assignment to role definition|Add named location|Update named location|Delete named location|\
         Update authorization policy|Add unverified domain|Add verified domain|Verify domain|Add partner to company|\
         Update StsRefreshTokenValidFrom Timestamp|Add entitlement grant*|Create access package*|Add device|Register device|\
         Add registered owner to device|Issue a temporary access pass*|Create application password for user|\
         Generate a user verification code|Update external secrets|Grant contextual consent to application|\
         Add cross-tenant access*|Update a partner cross-tenant access setting|Add a partner to cross-tenant access setting",
    ),
    (
        Verb::Revoke,
        Effect::Privilege,
        "Remove member from role*|Remove eligible member from role*|Remove app role assignment*|Remove delegated permission grant|\
         Remove OAuth2PermissionGrant|Remove owner from *|Remove service principal credentials|Remove member from group|\
         Disable account|Revoke sign in sessions|Revoke user sign in sessions|Remove scoped member from role*",
    ),
    (Verb::Read, Effect::Read, "Download*|Read BitLocker key|Recover device local administrator password|Export*"),
];

/// The last part of an operation on a subscription is what it does; an activity in a directory begins with its verb.
const NAMING: &[Known] = &[
    (Verb::Read, Effect::Read, "read|Get*|Read*"),
    (Verb::Write, Effect::Mutating, "write|Add*|Update*|Set*|Create*|Restore*|Import*|Register*|Change*|Assign*"),
    (Verb::Delete, Effect::Destructive, "delete*|Hard delete*|Purge*"),
    (Verb::Delete, Effect::Mutating, "Remove*|Unregister*"),
    (Verb::Config, Effect::Mutating, "Enable*|Disable*"),
];

/// What operations mean.
pub(super) struct Operations {
    table: Table,
    by_end: bool,
}

impl Operations {
    /// In a directory.
    pub(super) const fn entra() -> Self {
        Self { table: Table::named(ENTRA, NAMING), by_end: false }
    }

    /// On a subscription.
    pub(super) const fn activity() -> Self {
        Self { table: Table::named(&[], NAMING), by_end: true }
    }

    /// What one means.
    pub(super) fn told(&mut self, operation: &str) -> ActMeaning {
        let at_end = if self.by_end { at_end(operation) } else { None };
        at_end.map_or_else(|| self.table.look_up(operation), ActMeaning::listed)
    }
}

fn at_end(operation: &str) -> Option<Act> {
    let operation = operation.to_ascii_lowercase();
    let longest = |names: &str| names.split('|').filter(|end| operation.ends_with(end)).map(str::len).max();
    let found =
        ENDS.iter().filter_map(|(verb, effect, names)| Some((longest(names)?, Act { verb: *verb, effect: *effect })));
    found.max_by_key(|(length, _)| *length).map(|(_, act)| act)
}

/// What a request to an API does, by its method.
pub(super) fn request(method: &str) -> Act {
    let (verb, effect) = match method.to_ascii_uppercase().as_str() {
        "GET" | "HEAD" => (Verb::Read, Effect::Read),
        "DELETE" => (Verb::Delete, Effect::Destructive),
        "POST" | "PUT" | "PATCH" => (Verb::Write, Effect::Mutating),
        _ => (Verb::Other, Effect::None),
    };
    Act { verb, effect }
}
