//! Remediation: what is done so that it does not happen again, to a verified end.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::access::{Permit, refuse_agent};
use crate::casefile::{
    CaseDocument, Change, Definition, Dossier, Draft, Entry, Fields, Handles, evidence_links, labels,
};
use crate::draft::{LINE_CHARS_MAX, LINKS_MAX, TEXT_CHARS_MAX, When, elsewhere, few, links, optional_line, required};
use crate::gap::Enforcement;
use crate::history::ChangeContext;
use crate::nesting;
use crate::spelling::{parse_title, same_name};
use crate::time::show_moment;
use crate::words::words;
use crate::{Id, Instant, Person, Refusal, Ruled, Stamp};

words! {
    /// What kind of measure it is.
    RemediationKind is "a kind of remediation" {
        Prevent "prevent" "prevent", Detect "detect" "detect", Contain "contain" "contain", Verify "verify" "verify",
        Process "process" "process", AdversarialTest "adversarial_test" "adversarial test",
    }
}

words! {
    /// How soon it matters.
    Priority is "a priority" { P0 "p0" "P0 now", P1 "p1" "P1 next", P2 "p2" "P2 soon", P3 "p3" "P3 later" }
}

words! {
    /// Where it stands.
    RemediationStatus is "a status of a remediation" {
        Open "open" "open", InProgress "in_progress" "in progress", Done "done" "done", Verified "verified" "verified", WontFix "wont_fix" "will not fix",
    }
}

/// One measure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Remediation {
    /// Its id.
    pub id: Id,
    /// What is to be done.
    pub title: String,
    /// The gaps it closes.
    #[serde(default)]
    pub gaps: Vec<Id>,
    /// What kind of measure it is.
    pub kind: RemediationKind,
    /// Hard or soft.
    pub enforcement: Enforcement,
    /// Who sees to it.
    #[serde(default)]
    pub owner: String,
    /// The owner's account, if the owner has one here.
    #[serde(default)]
    pub owner_account: Option<Id>,
    /// Who ever owned it before. None of them verifies it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_owners: Vec<Owner>,
    /// Until when.
    #[serde(default)]
    pub due: Option<Instant>,
    /// How soon it matters.
    pub priority: Priority,
    /// Where it stands.
    pub status: RemediationStatus,
    /// How one will know that it works.
    #[serde(default)]
    pub acceptance_test: String,
    /// What shows that it is done.
    #[serde(default)]
    pub completion: String,
    /// Evidence items that show it.
    #[serde(default)]
    pub evidence: Vec<Id>,
    /// Where the work is tracked.
    #[serde(default)]
    pub link: String,
    /// Who verified it and when.
    #[serde(default)]
    pub verified: Option<Stamp>,
    /// Why it is not done, and who approved that.
    #[serde(default)]
    pub wont_fix: Option<crate::review::Revocation>,
    /// Who recorded it.
    pub recorded: Stamp,
}

/// Somebody who sees to an item: by name, and by account where they have one here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Owner {
    /// The name.
    pub name: String,
    /// The account.
    #[serde(default)]
    pub account: Option<Id>,
}

/// A remediation as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct RemediationDraft {
    #[serde(default)]
    title: String,
    #[serde(default)]
    gaps: Vec<Id>,
    kind: RemediationKind,
    enforcement: Enforcement,
    owner: Option<String>,
    owner_account: Option<Id>,
    due: Option<When>,
    priority: Option<Priority>,
    acceptance_test: Option<String>,
    completion: Option<String>,
    #[serde(default)]
    evidence: Vec<Id>,
    link: Option<String>,
    #[serde(default)]
    status: Option<RemediationStatus>,
}

impl Draft for RemediationDraft {
    type Document = Remediation;

    fn apply(self, id: Id, old: Option<&Remediation>, entry: &mut Entry) -> Ruled<Remediation> {
        let missing = "One of these gaps is no longer there: choose again.";
        let gaps = links("gaps", self.gaps, |id| entry.dossier().gaps.get(id).is_some(), missing)?;
        let evidence = evidence_links("evidence", self.evidence, entry)?;
        let due =
            self.due.map(|when| when.read("due", entry)).transpose()?.and_then(|range| range.latest.or(range.earliest));
        let link = optional_line("link", self.link, LINE_CHARS_MAX)?.unwrap_or_default();
        if !link.is_empty() && !link.starts_with("https://") && !link.starts_with("http://") {
            return Err(Refusal::field("link", "A link starts with https:// or http://."));
        }
        let owner = Owner {
            name: optional_line("owner", self.owner, LINE_CHARS_MAX)?.unwrap_or_default(),
            account: elsewhere("owner_account", self.owner_account)?.filter(|account| !account.as_str().is_empty()),
        };
        let judged_anew = old.is_some_and(|old| old.owner_now().is_another(&owner) || old.was_judged_by(&owner));
        let status = old.map_or(RemediationStatus::Open, |old| old.status);
        let mut wanted = self.status.unwrap_or(status);
        if wanted != status && matches!(wanted, RemediationStatus::Verified | RemediationStatus::WontFix) {
            return Err(Refusal::field(
                "status",
                "Verifying and giving up are acts of their own, with a name and a reason: use their buttons.",
            ));
        }
        // What was verified or given up under one owner is judged anew under another.
        if judged_anew && matches!(wanted, RemediationStatus::Verified | RemediationStatus::WontFix) {
            wanted = RemediationStatus::Open;
        }
        Ok(Remediation {
            id,
            former_owners: old.map(|old| old.owners_beside(&owner)).unwrap_or_default(),
            title: parse_title("title", self.title, LINE_CHARS_MAX, "Say in one line what is to be done.")?,
            gaps,
            kind: self.kind,
            enforcement: self.enforcement,
            owner: owner.name,
            owner_account: owner.account,
            due,
            priority: self.priority.unwrap_or(Priority::P1),
            status: wanted,
            acceptance_test: nesting::optional("acceptance_test", self.acceptance_test)?,
            completion: nesting::optional("completion", self.completion)?,
            evidence,
            link,
            verified: old.and_then(|old| old.verified.clone()).filter(|_| wanted == RemediationStatus::Verified),
            wont_fix: old.and_then(|old| old.wont_fix.clone()).filter(|_| wanted == RemediationStatus::WontFix),
            recorded: old.map_or_else(|| entry.stamp(), |old| old.recorded.clone()),
        })
    }
}

/// A verification as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct VerificationDraft {
    /// What shows that it works.
    pub completion: Option<String>,
    /// Evidence items that show it.
    #[serde(default)]
    pub evidence: Vec<Id>,
}

impl Owner {
    fn is(&self, person: &Person, names: &[String]) -> bool {
        self.account.as_ref() == Some(&person.id)
            || names.iter().chain([&person.name]).any(|name| same_name(&self.name, name))
    }

    /// Whether the item changes hands with that one: an account that is added to the same name does not.
    fn is_another(&self, other: &Self) -> bool {
        !same_name(&self.name, &other.name) || (self.account.is_some() && self.account != other.account)
    }
}

impl Remediation {
    /// Whether this person is its owner, by account or by any name the account ever had.
    pub fn is_owned_by(&self, person: &Person, names: &[String]) -> bool {
        self.owner_now().is(person, names)
    }

    /// Whether this person is its owner or ever was.
    pub fn was_owned_by(&self, person: &Person, names: &[String]) -> bool {
        self.is_owned_by(person, names) || self.former_owners.iter().any(|owner| owner.is(person, names))
    }

    fn owner_now(&self) -> Owner {
        Owner { name: self.owner.clone(), account: self.owner_account.clone() }
    }

    /// Everybody who owned it until now, when it is this one's from now on.
    fn owners_beside(&self, owner: &Owner) -> Vec<Owner> {
        let (mut owners, now) = (self.former_owners.clone(), self.owner_now());
        let nobody = now.name.is_empty() && now.account.is_none();
        if !nobody && now != *owner && !owners.contains(&now) {
            owners.push(now);
        }
        owners
    }

    /// Whether this owner verified it or gave it up.
    fn was_judged_by(&self, owner: &Owner) -> bool {
        let judges = self.verified.iter().chain(self.wont_fix.iter().map(|end| &end.stamp));
        judges.map(|stamp| &stamp.by).any(|person| owner.is(person, &[]))
    }

    /// Until when, as a reader in that zone sees it: a whole day as a day, any other time to the minute.
    pub fn due_in(&self, zone: &crate::time::Zone) -> Option<String> {
        self.due.map(|due| show_moment(due, zone))
    }

    /// Whether work on it is still expected, though its date has passed.
    pub fn is_overdue(&self, now: Instant) -> bool {
        self.is_open() && self.due.is_some_and(|due| due < now)
    }

    /// Whether work on it is still expected.
    pub fn is_open(&self) -> bool {
        !matches!(self.status, RemediationStatus::Verified | RemediationStatus::WontFix)
    }
}

impl Entry {
    /// Moves an item between open, in progress and done.
    pub fn set_remediation_status(&mut self, id: &Id, status: RemediationStatus) -> Ruled<()> {
        let mut item = self.get::<Remediation>(id)?.record;
        if matches!(status, RemediationStatus::Verified | RemediationStatus::WontFix) {
            return Err(Refusal::field(
                "status",
                "Verifying and giving up are acts of their own, with a name and a reason: use their buttons.",
            ));
        }
        (item.status, item.verified, item.wont_fix) = (status, None, None);
        self.put(item);
        Ok(())
    }

    /// Verifies an item: with evidence, and by somebody other than its owner.
    pub fn verify_remediation(&mut self, id: &Id, draft: VerificationDraft) -> Ruled<()> {
        refuse_agent(self.by(), "verify a remediation")?;
        let mut item = self.get::<Remediation>(id)?.record;
        if item.is_owned_by(self.by(), self.names()) {
            return Err(Refusal::forbidden("The owner of an item cannot verify it: ask somebody else to."));
        }
        if item.was_owned_by(self.by(), self.names()) {
            return Err(Refusal::forbidden(
                "Whoever owned an item before cannot verify it either: ask somebody who never owned it.",
            ));
        }
        let shown = evidence_links("evidence", draft.evidence, self)?;
        item.evidence.retain(|id| !shown.contains(id));
        item.evidence.extend(shown);
        few("evidence", item.evidence.len(), LINKS_MAX)?;
        let completion = nesting::optional("completion", draft.completion)?;
        if !completion.is_empty() {
            item.completion = completion;
        }
        if item.completion.is_empty() && item.evidence.is_empty() {
            return Err(Refusal::field(
                "completion",
                "Say what shows that it works, or link evidence: only then is it verified.",
            ));
        }
        (item.status, item.verified) = (RemediationStatus::Verified, Some(self.stamp()));
        self.put(item);
        Ok(())
    }

    /// Gives an item up, with the reason; the one who does it approves it, and is not the owner.
    pub fn wont_fix_remediation(&mut self, id: &Id, reason: crate::review::Reason) -> Ruled<()> {
        refuse_agent(self.by(), "give a remediation up")?;
        let mut item = self.get::<Remediation>(id)?.record;
        if item.was_owned_by(self.by(), self.names()) {
            return Err(Refusal::forbidden(
                "Whoever owns an item, or owned it before, cannot approve giving it up: ask somebody else to.",
            ));
        }
        let reason = required("reason", reason.reason, TEXT_CHARS_MAX, "Say why this will not be done.")?;
        item.wont_fix = Some(crate::review::Revocation { stamp: self.stamp(), reason });
        item.status = RemediationStatus::WontFix;
        self.put(item);
        Ok(())
    }

    /// It happened again: the item is open once more.
    pub fn reopen_remediation(&mut self, id: &Id) -> Ruled<()> {
        self.set_remediation_status(id, RemediationStatus::Open)
    }
}

impl Definition for Remediation {
    const PAGE: &'static str = "remediation";
    const PUT_BACK: Result<Permit, &'static str> = Ok(Permit::Edit);
    const IS_DISCUSSED: bool = true;
    const FIELDS: Fields = Fields {
        words: labels! { "enforcement" => Enforcement, "kind" => RemediationKind, "priority" => Priority, "status" => RemediationStatus },
        texts: &["acceptance_test", "completion", "link", "title", "wont_fix.reason"],
        people: &["owner"],
        names: &["former_owners.name"],
        references: &["evidence", "former_owners.account", "gaps", "owner_account"],
        instants: &["due"],

        internal: &["link", "completion", "former_owners"],
        ..Fields::NONE
    };

    fn name(&self, _dossier: &Dossier) -> Option<String> {
        Some(self.title.clone())
    }

    fn edited(told: &ChangeContext) -> Option<String> {
        let (_, is) = told.turned("status")?;
        let item = Self::subject(told);
        Some(match is {
            "in_progress" => format!("began {item}"),
            "done" => format!("marked {item} as done"),
            "verified" => format!("verified {item}"),
            "wont_fix" => format!("decided that {item} will not be done"),
            _ => format!("opened {item} again"),
        })
    }

    fn refuse_undo(change: &Change) -> Option<&'static str> {
        let judged = change.is_edit() && (change.altered("verified") || change.altered("wont_fix"));
        judged.then_some("Verifying an item and giving it up are approvals: open the item again with its button.")
    }

    /// An item goes back to open, in progress or done. That it was verified or given up is not put back.
    fn put_back(entry: &mut Entry, id: &Id, document: &Value) -> Ruled<()> {
        let mut document = document.clone();
        let kept = Self::table(entry.dossier()).find(id).map(|kept| kept.status);
        let was = crate::casefile::read_older::<Self>(&document)?.status;
        if matches!(was, RemediationStatus::Verified | RemediationStatus::WontFix) && kept != Some(was) {
            document["status"] = json!(kept.unwrap_or(RemediationStatus::Done));
        }
        entry.apply_again::<RemediationDraft>(id, &document)
    }

    fn handles(&self) -> Handles {
        let (status, owner) = (Some(self.status.word().into()), Some(self.owner.clone()));
        Handles { status, owner, due_at: self.due.map(crate::Instant::micros), ..Handles::default() }
    }

    fn searched(&self) -> Vec<&str> {
        vec![&self.title, &self.owner]
    }

    fn imported(mut self, _entry: &mut Entry) -> Option<Self> {
        self.status = match self.status {
            RemediationStatus::Verified => RemediationStatus::Done,
            RemediationStatus::WontFix => RemediationStatus::Open,
            other => other,
        };
        (self.verified, self.wont_fix, self.owner_account) = (None, None, None);
        self.former_owners.iter_mut().for_each(|owner| owner.account = None);
        Some(self)
    }
}
