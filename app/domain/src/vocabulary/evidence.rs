//! Words about evidence, what it covers, and how it was reviewed.

use crate::words::words;

words! {
    /// Whether a piece of evidence can be relied on.
    EvidenceStatus is "a status of evidence" {
        Intact "intact" "Intact", Tainted "tainted" "Tainted", Withdrawn "withdrawn" "Withdrawn", Missing "missing" "Missing",
    }
}

words! {
    /// What a source records of the acts it sees. Only `all` proves anything about what is absent.
    CoverageMode is "a coverage mode" {
        All "all" "All acts", SuccessOnly "success_only" "Successful acts only",
        ManagementOnly "management_only" "Management acts only", MetadataOnly "metadata_only" "Metadata only",
        Sampled "sampled" "A sample",
    }
}

words! {
    /// How it is known that no record is missing.
    Completeness is "a proof of completeness" {
        DigestChain "digest_chain" "Chain of digests", Sequence "sequence" "Sequence numbers", Heartbeat "heartbeat" "Heartbeat",
        ProviderAttestation "provider_attestation" "Attested by the provider",
        PositiveControl "positive_control" "Known acts were found", None "none" "None",
    }
}

words! {
    /// How a reviewer went through the records.
    ReviewMethod is "a review method" {
        Full "full" "Every record", Query "query" "By query", Sampled "sampled" "A sample", Automated "automated" "Automatically",
    }
}

words! {
    /// How deep a reviewer looked into a record.
    Depth is "a depth" { NamesOnly "names_only" "Names only", Metadata "metadata" "Metadata", Content "content" "Content" }
}

words! {
    /// What a review found.
    ReviewOutcome is "an outcome of a review" {
        None "none" "No access", AuthorisedOnly "authorised_only" "Authorised access only",
        Unauthorised "unauthorised" "Unauthorised access", Inconclusive "inconclusive" "Inconclusive",
    }
}

words! {
    /// Whether a review still stands.
    ReviewStatus is "a review's status" { Valid "valid" "Valid", Revoked "revoked" "Revoked" }
}
