//! What calls to AWS mean.

use crate::reader::log::adapter::table::{Known, Table};
use crate::vocabulary::{Effect, Verb};

/// Calls whose names do not tell all, by AWS's Service Authorization Reference as known in November 2026: there the calls
/// that change permissions are listed as such.
const CALLS: &[Known] = &[
    (
        Verb::Login,
        Effect::None,
        "ConsoleLogin|AssumeRole|AssumeRoleWithSAML|AssumeRoleWithWebIdentity|AssumeRoot|SwitchRole|ExitRole|CheckMfa|\
         CredentialVerification|CredentialChallenge|UserAuthentication|Authenticate|Logout|Federate",
    ),
    (
        Verb::Execute,
        Effect::Mutating,
        "SendCommand|StartSession|ResumeSession|ExecuteCommand|ExecuteStatement|BatchExecuteStatement|ExecuteTransaction|\
         StartAutomationExecution|StartSSHSession|OpenTunnel|SendCommandToEnvironment|RunTask|RunInstances",
    ),
    (
        Verb::Delete,
        Effect::Destructive,
        "ScheduleKeyDeletion|DisableKey|DeleteImportedKeyMaterial|PurgeQueue|DeregisterImage|RevokeSnapshotAccess|\
         DeregisterTaskDefinition|ScheduleSecretDeletion|CancelSpotInstanceRequests|CloseAccount",
    ),
    (
        Verb::Grant,
        Effect::Privilege,
        "SendSSHPublicKey|SendSerialConsoleSSHPublicKey|PutBucketAcl|PutObjectAcl|PutBucketPolicy|PutBucketPublicAccessBlock|\
         DeleteBucketPublicAccessBlock|DeletePublicAccessBlock|DeleteAccountPublicAccessBlock|PutAccountPublicAccessBlock|\
         UpdateAssumeRolePolicy|PutResourcePolicy|PutKeyPolicy|CreateGrant|GetFederationToken|CreateLoginProfile|\
         UpdateLoginProfile|AddRoleToInstanceProfile|AssociateIamInstanceProfile|ReplaceIamInstanceProfileAssociation|\
         AddPermission|AddLayerVersionPermission|DeactivateMFADevice|DeleteVirtualMFADevice|PassRole|EnableSerialConsoleAccess",
    ),
    (
        Verb::Grant,
        Effect::Privilege,
        "AddClientIDToOpenIDConnectProvider|AddUserToGroup|AttachGroupPolicy|AttachRolePolicy|AttachUserPolicy|ChangePassword|\
         CreateAccessKey|CreateInstanceProfile|CreateOpenIDConnectProvider|CreatePolicy|CreatePolicyVersion|CreateRole|\
         CreateSAMLProvider|CreateServiceLinkedRole|CreateServiceSpecificCredential|CreateUser|CreateVirtualMFADevice|\
         DeleteRolePermissionsBoundary|DeleteUserPermissionsBoundary|EnableMFADevice|PutGroupPolicy|PutRolePermissionsBoundary|\
         PutRolePolicy|PutUserPermissionsBoundary|PutUserPolicy|ResetServiceSpecificCredential|SetDefaultPolicyVersion|\
         UpdateAccessKey|UpdateAccountPasswordPolicy|UpdateOpenIDConnectProviderThumbprint|UpdateRole|UpdateSAMLProvider|\
         UpdateServiceSpecificCredential|UpdateUser|UploadSSHPublicKey|UploadSigningCertificate|CreateKeyPair|ImportKeyPair|\
         AuthorizeSecurityGroupIngress|AuthorizeSecurityGroupEgress|CreateAccessEntry|AssociateAccessPolicy|CreateAccountAssignment|\
         CreatePermissionSet|PutInlinePolicyToPermissionSet|AttachManagedPolicyToPermissionSet|ProvisionPermissionSet|\
         SetRepositoryPolicy|PutRegistryPolicy|SetQueueAttributes|PutAccessPointPolicy|CreateAccessPoint|PutEventBusPermission|\
         PutPermission|PutResourcePolicies|GrantPermissions|BatchGrantPermissions|UpdateTrustAnchor|CreateTrustAnchor|\
         InviteAccountToOrganization|AttachPolicy|UpdatePolicy|AcceptHandshake|RegisterDelegatedAdministrator|CreateFunctionUrlConfig|\
         UpdateFunctionUrlConfig|AdminAddUserToGroup|AdminSetUserPassword|AdminCreateUser|PutOrganizationPolicy",
    ),
    (
        Verb::Revoke,
        Effect::Privilege,
        "DetachGroupPolicy|DetachRolePolicy|DetachUserPolicy|DetachPolicy|RemovePermission|RemoveRoleFromInstanceProfile|\
         RevokeSecurityGroupIngress|RevokeSecurityGroupEgress|RevokeGrant|RetireGrant|RevokePermissions|RemoveUserFromGroup|\
         RemoveLayerVersionPermission|DeleteAccountAssignment|DisassociateAccessPolicy",
    ),
    (
        Verb::Read,
        Effect::Read,
        "SelectObjectContent|GenerateDataKey|GenerateDataKeyWithoutPlaintext|GetQueryResults|RestoreObject|ListBucket|GetCallerIdentity|\
         Sign|Verify|GenerateMac|VerifyMac|GenerateRandom|Encrypt|ReEncrypt",
    ),
    (Verb::Search, Effect::Read, "StartQueryExecution|StartQuery|Query|Scan|LookupEvents"),
    (
        Verb::Post,
        Effect::Mutating,
        "SendMessage|SendMessageBatch|Publish|PublishBatch|SendEmail|SendRawEmail|SendBulkEmail|PutEvents",
    ),
    (
        Verb::Config,
        Effect::Mutating,
        "PutBucketLifecycle|PutBucketLifecycleConfiguration|DeleteBucketLifecycle|PutBucketVersioning|PutBucketReplication|\
         AttachVolume|DetachVolume|AttachInternetGateway|DetachInternetGateway|AttachNetworkInterface|DetachNetworkInterface|\
         AttachLoadBalancers|DetachLoadBalancers|AttachInstances|DetachInstances|EnableRegion|DisableRegion",
    ),
    (
        Verb::Call,
        Effect::None,
        "InvokeModel|InvokeModelWithResponseStream|Converse|ConverseStream|Retrieve|RetrieveAndGenerate",
    ),
    (
        Verb::Call,
        Effect::Mutating,
        "Invoke|InvokeFunction|InvokeAgent|InvokeInlineAgent|InvokeFlow|InvokeAgentRuntime|InvokeEndpoint",
    ),
    (Verb::Delete, Effect::Mutating, "LeaveOrganization"),
    (Verb::Write, Effect::Mutating, "BatchWriteItem|TransactWriteItems"),
    (Verb::Read, Effect::Read, "TransactGetItems"),
];

/// Calls to AWS begin with their verb.
const NAMING: &[Known] = &[
    (
        Verb::Read,
        Effect::Read,
        "Get*|BatchGet*|Describe*|Head*|View*|Decrypt*|Download*|Export*|Preview*|Validate*|Check*|Lookup*",
    ),
    (Verb::List, Effect::Read, "List*|Enumerate*"),
    (Verb::Search, Effect::Read, "Search*|Query*|Scan*|Filter*|Select*"),
    (
        Verb::Write,
        Effect::Mutating,
        "Create*|Put*|Update*|Modify*|Set*|Add*|Upload*|Copy*|Tag*|Untag*|Register*|Import*|Restore*|Associate*|Change*|Write*|\
         Replace*|Provision*|Issue*|Merge*|Insert*|Rotate*|Move*",
    ),
    (Verb::Delete, Effect::Destructive, "Delete*|BatchDelete*|Terminate*|Purge*|Release*|Destroy*"),
    (Verb::Delete, Effect::Mutating, "Remove*|Disassociate*|Deregister*|Disconnect*|Unsubscribe*|Leave*"),
    (Verb::Execute, Effect::Mutating, "Start*|Stop*|Reboot*|Run*|Execute*|Cancel*|Retry*|Deploy*"),
    (Verb::Config, Effect::Mutating, "Enable*|Disable*|Reset*|Activate*|Deactivate*|Configure*"),
    (Verb::Call, Effect::Mutating, "Invoke*"),
];

/// The table of AWS's calls.
pub(super) const fn table() -> Table {
    Table::named(CALLS, NAMING)
}
