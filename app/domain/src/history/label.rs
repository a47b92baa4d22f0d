//! The words of closed vocabularies as readers know them.

use crate::record::Noun;

macro_rules! labels {
    ($($noun:ident $($path:literal)|+ => $type:ty;)*) => {
        /// What a reader sees for a word in a field; the word itself where the field is free text.
        pub(super) fn of<'a>(noun: Noun, path: &str, word: &'a str) -> &'a str {
            let label: Option<&'static str> = match (noun, path) {
                $((Noun::$noun, $($path)|+) => <$type>::parse(word).ok().map(<$type>::label),)*
                _ => None,
            };
            label.unwrap_or(word)
        }
    };
}

labels! {
    Incident "status" => crate::incident::Status;
    Incident "visibility" => crate::incident::Visibility;
    Principal "kind" => crate::vocabulary::PrincipalKind;
    Principal "default_on_unconfirmable" => crate::principal::Fallback;
    Event "kind" => crate::timeline::EventKind;
    Event "verb" => crate::timeline::Verb;
    Event "effect" => crate::timeline::Effect;
    Event "outcome" => crate::timeline::Outcome;
    Event "output_mode" => crate::timeline::OutputMode;
    Event "provenance_label" => crate::timeline::ProvenanceLabel;
    Event "reversibility" => crate::timeline::Reversibility;
    Event "prevented_by" => crate::timeline::PreventedBy;
    Edge "kind" => crate::timeline::EdgeKind;
    Mark "mark" => crate::timeline::MarkName;
    Evidence "status" => crate::vocabulary::EvidenceStatus;
    Evidence "custody.act" | "taint.act" => crate::evidence::CustodyAct;
    Coverage "mode" => crate::vocabulary::CoverageMode;
    Coverage "completeness" => crate::vocabulary::Completeness;
    Exposure "resources.class" => crate::vocabulary::ResourceClass;
    Exposure "resources.paths.op" => crate::vocabulary::Op;
    Exposure "resources.paths.channel" => crate::vocabulary::Channel;
    Exposure "resources.paths.status" => crate::vocabulary::PathStatus;
    Review "depth" => crate::vocabulary::Depth;
    Review "method" => crate::vocabulary::ReviewMethod;
    Review "outcome" => crate::vocabulary::ReviewOutcome;
    Finding "facet" => crate::vocabulary::Facet;
    Finding "class" => crate::vocabulary::FindingClass;
    Finding "confidence" => crate::vocabulary::Confidence;
    Finding "role" => crate::vocabulary::Role;
    Claim "touches" => crate::vocabulary::Touches;
    Claim "source_kind" => crate::claim::SourceKind;
    Claim "status" => crate::claim::ClaimStatus;
    Conflict "touches" => crate::vocabulary::Touches;
    Rating "facts.class" => crate::severity::Class;
    VerdictEntry "from" | "to" => crate::verdict::Verdict;
    Gap "control" => crate::gap::Control;
    Gap "state" => crate::gap::GapState;
    Gap "enforcement" => crate::gap::Enforcement;
    Remediation "kind" => crate::remediation::RemediationKind;
    Remediation "enforcement" => crate::gap::Enforcement;
    Remediation "priority" => crate::remediation::Priority;
    Remediation "status" => crate::remediation::RemediationStatus;
    Narrative "section" => crate::postmortem::Section;
    Wording "choice" => crate::wording::Choice;
    Postmortem "status" => crate::postmortem::PostmortemStatus;
    Postmortem "revisions.verdict" => crate::verdict::Verdict;
}
