//! The words by which a record says how much its source records. They are counted over a file.

/// A management event of CloudTrail.
pub const MANAGEMENT: &str = "management";
/// A data event of CloudTrail: an act on what a resource holds.
pub const DATA: &str = "data";
/// An event of CloudTrail of another category, such as an insight.
pub const OTHER_CATEGORY: &str = "other_category";

/// A Kubernetes audit event without bodies.
pub const METADATA: &str = "metadata";
/// A Kubernetes audit event with the body of the request.
pub const REQUEST: &str = "request";
/// A Kubernetes audit event with both bodies.
pub const REQUEST_RESPONSE: &str = "request_response";

/// An entry of an activity log of Google Cloud.
pub const ACTIVITY: &str = "activity";
/// An entry of a Data Access log of Google Cloud.
pub const DATA_ACCESS: &str = "data_access";
/// An entry of another audit log of Google Cloud.
pub const OTHER_LOG: &str = "other_log";

/// A read of mail in Microsoft 365.
pub const MAIL_ITEMS_ACCESSED: &str = "mail_items_accessed";

/// A span that says that only some are kept.
pub const SAMPLED: &str = "sampled";
/// A call of a model or tool with what was said.
pub const CONTENT: &str = "content";
/// A call of a model or tool without what was said.
pub const NO_CONTENT: &str = "no_content";

/// A transcript was compacted here.
pub const COMPACTION: &str = "compaction";
/// What stands in a transcript for what was compacted.
pub const COMPACT_SUMMARY: &str = "compact_summary";

/// An audit record whose serial is followed.
pub const NUMBERED: &str = "numbered";
/// An audit record of one machine too many: its serial is not followed.
pub const UNFOLLOWED: &str = "unfollowed";
/// Serials of several machines or boots that cannot be told apart.
pub const MIXED: &str = "mixed";

/// A record of a type that is not understood: it may be of any act.
pub const UNKNOWN: &str = "unknown";

/// An entry of Vault's audit log that tells of a request.
pub const ASKED: &str = "asked";
/// One that tells of its response.
pub const ANSWERED: &str = "answered";
