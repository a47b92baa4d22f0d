//! The words of letters.

use crate::access::Role;
use crate::inbox::excerpt;
use crate::remediation::Remediation;
use crate::spelling::shown_text;
use crate::time::Zone;
use crate::{Instant, Key};

/// How many items a digest lists; more are counted.
const ITEMS_MAX: usize = 30;

/// A letter without its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// What it is about, on one line.
    pub subject: String,
    /// Plain text.
    pub body: String,
}

impl Mail {
    fn new(subject: &str, body: String) -> Self {
        // A line break in a subject would begin another header.
        let subject = subject.split_whitespace().collect::<Vec<_>>().join(" ");
        Self { subject, body }
    }

    /// Invites somebody. The link holds a secret.
    pub fn invitation(inviter: &str, role: Role, days: i64, link: &str) -> Self {
        let body = format!(
            "{inviter} invites you to Inquest as {role}.\n\nOpen this link within {days} days to choose a name and a password. It works once:\n\n{link}\n\nIf you do not know why you get this, do nothing: no account is made.\n"
        );
        Self::new(&format!("{inviter} invites you to Inquest"), body)
    }

    /// Of a subject and a text that are ready.
    pub fn told(subject: &str, body: String) -> Self {
        Self::new(subject, body)
    }

    /// As it is sent, where it gathers mentions: with its ending, and a subject that counts them.
    pub fn gathered(self, mentions: i64, ending: &str) -> Self {
        let more = mentions - MENTIONS_LISTED_MAX;
        let more = if more > 0 { format!("\nand {more} more.\n") } else { String::new() };
        let subject = if mentions > 1 { format!("{mentions} mentions of you") } else { self.subject };
        Self { subject, body: self.body + &more + ending }
    }

    /// The day's list of what is late: items of remediation, each with its incident and its link, and agents whose
    /// review is overdue, each with the time and its link.
    pub fn digest(
        items: &[(Key, Remediation, String)],
        reviews: &[(String, Instant, String)],
        zone: &Zone,
        account: &str,
    ) -> Self {
        let told = |count: usize, one: &str, many: &str| match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            count => Some(format!("{count} {many}")),
        };
        let of_items =
            told(items.len(), "remediation item of yours is overdue", "remediation items of yours are overdue");
        let of_agents =
            told(reviews.len(), "review of an agent of yours is overdue", "reviews of agents of yours are overdue");
        let subject = of_items.iter().chain(&of_agents).cloned().collect::<Vec<_>>().join(", ");
        let mut body = String::new();
        if let Some(heading) = of_items {
            body += &listed_items(&heading, items, zone);
        }
        if let Some(heading) = of_agents {
            body += if body.is_empty() { "" } else { "\n" };
            body += &listed_reviews(&heading, reviews, zone);
        }
        body += &ending(account);
        Self::new(&subject, body)
    }
}

fn listed_items(heading: &str, items: &[(Key, Remediation, String)], zone: &Zone) -> String {
    let mut body = format!("{heading}:\n\n");
    for (key, item, link) in items.iter().take(ITEMS_MAX) {
        let due = item.due_in(zone).unwrap_or_default();
        body += &format!("- {} ({key}, due {due})\n  {link}\n", item.title);
    }
    body + &more(items.len())
}

fn listed_reviews(heading: &str, reviews: &[(String, Instant, String)], zone: &Zone) -> String {
    let mut body = format!("{heading}:\n\n");
    for (name, due, link) in reviews.iter().take(ITEMS_MAX) {
        let due = crate::time::show_moment(*due, zone);
        body += &format!("- {name} (due {due})\n  {link}\n");
    }
    body + &more(reviews.len())
}

fn more(count: usize) -> String {
    if count > ITEMS_MAX { format!("\nand {} more.\n", count - ITEMS_MAX) } else { String::new() }
}

/// So many mentions are listed in one letter; more are counted.
pub const MENTIONS_LISTED_MAX: i64 = 100;

/// One mention of somebody, in a letter that may hold more of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// What the letter is about while it holds no other.
    pub subject: String,
    /// Its line, and where to answer.
    pub line: String,
}

impl Mention {
    /// By whom, in which incident, on what, and with which words.
    pub fn new(by: &str, key: Key, title: &str, about: &str, text: &str, link: &str) -> Self {
        let subject = Mail::new(&format!("[{key}] {by} mentions you"), String::new()).subject;
        Self {
            subject,
            line: format!("- {by} on {about}, in {key} {title}: {}\n  {link}\n", shown_text(&excerpt(text))),
        }
    }
}

/// What a letter to somebody with an account ends with.
pub fn ending(account: &str) -> String {
    format!("\n--\nYou get this because you have an account there. Switch mail off at {account}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_one_line() {
        let mention = Mention::new(
            "Ada\r\nBcc: all@example.org",
            Key(7),
            "Title",
            "the section “Summary”",
            "@Grace, look",
            "https://x/1",
        );
        assert_eq!(mention.subject, "[INC-7] Ada Bcc: all@example.org mentions you");
        assert!(mention.line.contains("@Grace, look") && mention.line.contains("https://x/1"));
    }

    #[test]
    fn a_letter_counts_what_it_gathers() {
        let letter = Mail { subject: "[INC-7] Ada mentions you".into(), body: "- one\n- two\n".into() };
        assert_eq!(letter.clone().gathered(1, "END").subject, "[INC-7] Ada mentions you");
        let many = letter.gathered(MENTIONS_LISTED_MAX + 2, "END");
        assert_eq!(many.subject, "102 mentions of you");
        assert_eq!(many.body, "- one\n- two\n\nand 2 more.\nEND");
    }
}
