//! What known sources do not see. Shown wherever such a source is relied on.

/// Something a source does not see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlindSpot {
    /// The format name of the source, as `format=` spells it.
    pub source: &'static str,
    /// The source as people call it.
    pub title: &'static str,
    /// What it does not see.
    pub blind: &'static str,
}

const TRANSCRIPT: &str = "An agent's own transcript is written by the agent's host, and compaction drops context.";

/// Every known blind spot.
pub static BLIND_SPOTS: &[BlindSpot] = &[
    BlindSpot {
        source: "cloudtrail",
        title: "AWS CloudTrail",
        blind: "Without data events it holds no reads of S3 objects.",
    },
    BlindSpot { source: "gcp_audit", title: "Google Cloud audit logs", blind: "Data Access logs are off by default." },
    BlindSpot {
        source: "m365",
        title: "Microsoft 365 audit",
        blind: "MailItemsAccessed was a premium log; without it, reads of mail are not there.",
    },
    BlindSpot {
        source: "k8s_audit",
        title: "Kubernetes audit",
        blind: "At level Metadata it holds no request or response bodies.",
    },
    BlindSpot {
        source: "otlp",
        title: "OpenTelemetry GenAI",
        blind: "Tool arguments and results are opt-in, and traces may be sampled.",
    },
    BlindSpot {
        source: "auditd",
        title: "Linux auditd",
        blind: "Gaps in the serial numbers are lost records; the serial wraps at 32 bits.",
    },
    BlindSpot { source: "slack_audit", title: "Slack audit logs", blind: "It holds no message content." },
    BlindSpot { source: "claude_code", title: "Claude Code transcript", blind: TRANSCRIPT },
    BlindSpot { source: "codex", title: "Codex transcript", blind: TRANSCRIPT },
    BlindSpot { source: "openai_chat", title: "OpenAI chat transcript", blind: TRANSCRIPT },
];

/// The blind spots of a source, by its format name.
pub fn blind_spots(source: &str) -> impl Iterator<Item = &'static BlindSpot> {
    BLIND_SPOTS.iter().filter(move |spot| spot.source == source)
}
