//! What operations of Azure mean where their words do not tell.

use crate::reader::log::act::Act;
use crate::reader::log::adapter::table::{Known, Table};
use crate::timeline::{Effect, Verb};

/// What the operations of Key Vault do, by Microsoft's list of them as known in November 2026, not checked entry by entry; what is not here is told by its words.
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

/// Operations whose words mislead, by their ends: `…/listKeys/action` reads a secret. By Microsoft's list of permissions
/// of Azure's resource providers, November 2026.
pub(super) fn on_keys(operation: &str) -> Option<Act> {
    let operation = operation.to_ascii_lowercase();
    let ends = |ends: &[&str]| ends.iter().any(|end| operation.ends_with(end));
    if ends(&[
        "/listkeys/action",
        "/listaccountsas/action",
        "/listservicesas/action",
        "/listsecrets/action",
        "/listconnectionstrings/action",
        "/listcredentials/action",
        "/listclusteradmincredential/action",
        "/listclusterusercredential/action",
    ]) {
        return Some(Act { verb: Verb::Read, effect: Effect::Read });
    }
    ends(&["/regeneratekey/action", "/regenerateaccesskey/action", "/rotatekey/action", "/elevateaccess/action"])
        .then_some(Act { verb: Verb::Grant, effect: Effect::Privilege })
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
