//! The words of letters.

use crate::Key;
use crate::access::Role;
use crate::inbox::excerpt;
use crate::remediation::Remediation;
use crate::time::Zone;

/// How many items a digest lists; more are counted.
const ITEMS_MAX: usize = 30;

/// A letter without its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// What it is about, on one line.
    pub subject: String,
    /// Plain text.
    pub body: String,
}

impl Letter {
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

    /// Tells somebody that they are mentioned.
    pub fn mention(by: &str, key: Key, title: &str, about: &str, text: &str, link: &str, account: &str) -> Self {
        let body = format!(
            "{by} mentions you on {about}, in {key} {title}:\n\n    {}\n\nAnswer it here: {link}\n{}",
            excerpt(text),
            why(account)
        );
        Self::new(&format!("[{key}] {by} mentions you"), body)
    }

    /// The day's list of what is late. Each item comes with its incident and its link.
    pub fn digest(items: &[(Key, Remediation, String)], zone: &Zone, account: &str) -> Self {
        let count = items.len();
        let subject = if count == 1 {
            "1 remediation item of yours is overdue".into()
        } else {
            format!("{count} remediation items of yours are overdue")
        };
        let mut body = format!("{subject}:\n\n");
        for (key, item, link) in items.iter().take(ITEMS_MAX) {
            let due = item.due_in(zone).unwrap_or_default();
            body += &format!("- {} ({key}, due {due})\n  {link}\n", item.title);
        }
        if count > ITEMS_MAX {
            body += &format!("\nand {} more.\n", count - ITEMS_MAX);
        }
        body += &why(account);
        Self::new(&subject, body)
    }
}

fn why(account: &str) -> String {
    format!("\n--\nYou get this because you have an account there. Switch mail off at {account}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_one_line() {
        let letter = Letter::mention(
            "Ada\r\nBcc: all@example.org",
            Key(7),
            "Title",
            "the section “Summary”",
            "@Grace, look",
            "https://x/1",
            "https://x/account",
        );
        assert_eq!(letter.subject, "[INC-7] Ada Bcc: all@example.org mentions you");
        assert!(letter.body.contains("@Grace, look") && letter.body.contains("https://x/1"));
    }
}
