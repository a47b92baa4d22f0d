//! Reviewing: each grant that has not ended is kept, narrowed or revoked, with a reason.

use schemars::JsonSchema;
use serde::Deserialize;

use super::entry::AgentEntry;
use super::granting::NarrowDraft;
use super::{AgentReview, AgentStatus, Grant, GrantReview, ReviewedAs, Standing};
use crate::access::refuse_agent;
use crate::draft::{TEXT_CHARS_MAX, few, optional, required};
use crate::nesting;
use crate::{Id, Refusal, Ruled};

use super::case::AgentComment;

/// So long is the reason for one grant.
const REASON_CHARS_MAX: usize = TEXT_CHARS_MAX / 20;
/// So many grants one review looks at.
const REVIEWED_MAX: usize = 1_000;

/// A review as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct ReviewDraft {
    #[serde(default)]
    grants: Vec<GrantReviewDraft>,
    note: Option<String>,
}

/// What a review makes of one grant, as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct GrantReviewDraft {
    grant: Id,
    outcome: ReviewedAs,
    #[serde(default)]
    reason: String,
    to: Option<NarrowDraft>,
}

/// A new status as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct StatusDraft {
    status: AgentStatus,
    #[serde(default)]
    reason: String,
}

/// A comment as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct AgentCommentDraft {
    #[serde(default)]
    body: String,
}

impl AgentEntry {
    /// Reviews everything the agent is granted. Whoever answers for it does not alone keep what is grave.
    pub fn review(&mut self, draft: ReviewDraft) -> Ruled<Id> {
        refuse_agent(self.by(), "review the grants of an agent")?;
        self.refuse_merged()?;
        few("grants", draft.grants.len(), REVIEWED_MAX)?;
        self.refuse_partial(&draft)?;
        let mut reviewed = Vec::new();
        for (at, one) in draft.grants.into_iter().enumerate() {
            reviewed.push(self.review_grant(one).map_err(|refusal| refusal.under(&format!("grants.{at}")))?);
        }
        let review = AgentReview {
            id: self.new_id(),
            at: self.now(),
            by: self.by().clone(),
            grants: reviewed,
            note: nesting::written("note", draft.note.unwrap_or_default())?,
            taken_back: None,
        };
        let (id, mut agent) = (review.id.clone(), self.file().agent()?.clone());
        agent.last_review = Some(self.now());
        self.put(review);
        self.put(agent);
        Ok(id)
    }

    /// A review that passes over a grant would leave it unreviewed for another interval.
    fn refuse_partial(&self, draft: &ReviewDraft) -> Ruled<()> {
        let now = self.now();
        let open = |grant: &Grant| grant.ends().is_none_or(|end| end > now);
        let wanted: Vec<&Id> =
            self.file().grants.iter().filter(|kept| open(&kept.record)).map(|kept| &kept.record.id).collect();
        let times = |id: &Id| draft.grants.iter().filter(|one| &one.grant == id).count();
        if wanted.iter().any(|id| times(id) != 1) || draft.grants.len() != wanted.len() {
            return Err(Refusal::field(
                "grants",
                "A review looks once at each grant that has not ended: load the page again, it lists all of them.",
            ));
        }
        Ok(())
    }

    fn review_grant(&mut self, draft: GrantReviewDraft) -> Ruled<GrantReview> {
        let missing = "Write why, in a sentence.";
        let reason = required("reason", draft.reason, REASON_CHARS_MAX, missing)?;
        let grant = self.open_grant(&draft.grant)?;
        let narrowed_to = match draft.outcome {
            ReviewedAs::Kept => {
                if grant.is_grave() {
                    self.refuse_owner_alone("that a grant of destructive acts or of privileges is kept")
                        .map_err(|refusal| Refusal { field: Some("outcome".into()), ..refusal })?;
                }
                None
            }
            ReviewedAs::Narrowed => {
                let to = draft.to.unwrap_or_default();
                Some(self.narrow(grant, to, reason.clone()).map_err(|refusal| refusal.under("to"))?)
            }
            ReviewedAs::Revoked => {
                self.end_grant(grant, reason.clone());
                None
            }
        };
        Ok(GrantReview { grant: draft.grant, outcome: draft.outcome, reason, narrowed_to })
    }

    /// Gives the agent another status. Anybody's program may suspend it; only a person makes it active.
    pub fn set_agent_status(&mut self, draft: StatusDraft) -> Ruled<()> {
        self.refuse_merged()?;
        if draft.status != AgentStatus::Suspended {
            refuse_agent(self.by(), "make an agent active or retire it")?;
        }
        if draft.status == AgentStatus::Active {
            self.refuse_held("becomes active")?;
        }
        let mut agent = self.file().agent()?.clone();
        let status = agent.status();
        if draft.status == status {
            return Err(Refusal::field("status", format!("The agent is {status} already.")));
        }
        if !status.next().contains(&draft.status) {
            let next: Vec<&str> = status.next().iter().map(|next| next.label()).collect();
            let sentence = format!("An agent that is {status} becomes {}: choose one of these.", next.join(" or "));
            return Err(Refusal::field("status", sentence));
        }
        let is_begun = status == AgentStatus::Proposed && draft.status == AgentStatus::Active;
        let reason = match is_begun {
            true => optional("reason", Some(draft.reason), REASON_CHARS_MAX)?.unwrap_or_default(),
            false => required("reason", draft.reason, REASON_CHARS_MAX, "Write why, in a sentence.")?,
        };
        if draft.status == AgentStatus::Active && agent.owner.is_none() && agent.owner_name.is_empty() {
            return Err(Refusal::field(
                "status",
                "Nobody answers for this agent: name an owner before it becomes active.",
            ));
        }
        let (from, by) = (self.now(), Some(self.by().clone()));
        agent.history.push(Standing { status: draft.status, from, by, reason });
        self.put(agent);
        Ok(())
    }

    /// Says something about the agent.
    pub fn comment(&mut self, draft: AgentCommentDraft) -> Ruled<Id> {
        let body = nesting::required("body", draft.body, "Write the comment first.")?;
        let comment = AgentComment { id: self.new_id(), body, said: self.stamp(), taken_back: None };
        let id = comment.id.clone();
        self.put(comment);
        Ok(id)
    }

    /// Writes a comment anew.
    pub fn edit_comment(&mut self, id: &Id, draft: AgentCommentDraft) -> Ruled<()> {
        let mut comment = self.get::<AgentComment>(id)?.record;
        if comment.said.by.id != self.by().id {
            return Err(Refusal::forbidden("A comment is edited by the one who wrote it."));
        }
        comment.body = nesting::required("body", draft.body, "Write the comment first.")?;
        self.put(comment);
        Ok(())
    }
}
