//! The catalogue of controls, with the tags other catalogues give them.

use crate::words::words;

words! {
    /// A control that should stop an agent, or show what it did.
    Control is "a control" {
        Authorization "authorization" "Authorization", HumanTrust "human_trust" "Human trust",
        DetectionDelay "detection_delay" "Detection delay", ConfirmationGate "confirmation_gate" "Confirmation gate",
        ProvenanceSignal "provenance_signal" "Provenance signal", RevocationContainment "revocation_containment" "Revocation and containment",
        KillSwitch "kill_switch" "Kill switch", AuditLogging "audit_logging" "Audit logging", TestingBypass "testing_bypass" "Testing bypass",
        IsolationSandbox "isolation_sandbox" "Isolation and sandbox", InterAgent "inter_agent" "Inter-agent trust",
        FailureModeDefault "failure_mode_default" "Failure-mode default", IdentityInventory "identity_inventory" "Identity and inventory",
        MemoryContextLoss "memory_context_loss" "Memory and context loss",
    }
}

impl Control {
    /// The three that every postmortem must speak of.
    pub const MANDATORY: [Self; 3] = [Self::Authorization, Self::HumanTrust, Self::DetectionDelay];

    /// The question the control answers.
    pub const fn question(self) -> &'static str {
        match self {
            Self::Authorization => "What was the agent granted, what did its task need, and what did it do?",
            Self::HumanTrust => {
                "What marked the output as an agent's, who relied on it, and what did they verify first?"
            }
            Self::DetectionDelay => {
                "How long until somebody knew, against the target, and was it a person or a system?"
            }
            Self::ConfirmationGate => "Which effectful act ran without a person's yes?",
            Self::ProvenanceSignal => "Could a reader tell that an agent wrote it, and that nobody had approved it?",
            Self::RevocationContainment => "How was access taken back, and did that wait for a person?",
            Self::KillSwitch => "Was a stop sent, was it honoured, and from where could it be sent?",
            Self::AuditLogging => "Can everything the agent did, and everything others could do, be reconstructed?",
            Self::TestingBypass => "How did it get past testing to live systems?",
            Self::IsolationSandbox => "What could the agent reach that its task did not need?",
            Self::InterAgent => "Did an agent act on another agent's output, and who checked it?",
            Self::FailureModeDefault => "What does the agent do when it cannot ask?",
            Self::IdentityInventory => "Is every agent known, owned and listed?",
            Self::MemoryContextLoss => "Did the agent lose an instruction on the way?",
        }
    }

    /// Tags of the OWASP Agentic Top 10 (2026) and of MITRE ATLAS mitigations.
    pub const fn tags(self) -> &'static [&'static str] {
        match self {
            Self::Authorization => &["ASI03", "AML.M0026", "AML.M0027"],
            Self::HumanTrust => &["ASI09", "AML.M0029"],
            Self::DetectionDelay | Self::AuditLogging => &["AML.M0024"],
            Self::ConfirmationGate => &["ASI02", "AML.M0029"],
            Self::ProvenanceSignal => &["ASI09"],
            Self::RevocationContainment => &["ASI08", "AML.M0028"],
            Self::KillSwitch => &["ASI10", "AML.M0029"],
            Self::TestingBypass => &["ASI05"],
            Self::IsolationSandbox => &["ASI05", "AML.M0032"],
            Self::InterAgent => &["ASI07", "ASI08"],
            Self::FailureModeDefault => &["ASI02", "AML.M0030"],
            Self::IdentityInventory => &["ASI03", "AML.M0028"],
            Self::MemoryContextLoss => &["ASI06"],
        }
    }
}
