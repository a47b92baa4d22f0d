//! What is only said in a command line, and not run: `echo "never run auditctl -D"`, `man auditctl`, `aws … help`.
//!
//! What may be run all the same is kept: what goes on into a shell, into a file, or stands in a substitution.

use std::borrow::Cow;

/// Programs that only print what they are given, or tell of it.
const TELLING: &[&str] = &["echo", "printf", "man", "info", "whatis", "apropos", "tldr"];

/// Programs that tell of a call where they are asked to help with it, whatever else they are given.
const HELPFUL: &[&str] = &["aws", "gcloud", "az", "kubectl", "eksctl", "systemctl", "terraform"];

/// A text without the commands in it that only say something.
pub(super) fn run(text: &str) -> Cow<'_, str> {
    let may_say = |line: &str| line.contains("help") || TELLING.iter().any(|program| line.contains(program));
    if !text.lines().any(may_say) {
        return Cow::Borrowed(text);
    }
    let kept = text.lines().map(|line| if may_say(line) { of_line(line) } else { line.to_string() });
    Cow::Owned(kept.collect::<Vec<_>>().join("\n"))
}

fn of_line(line: &str) -> String {
    // A quote that is not closed, or a substitution, may run anything.
    let Some(lists) = parted(line).filter(|_| !line.contains("$(") && !line.contains('`') && !line.contains("<("))
    else {
        return line.to_string();
    };
    lists.into_iter().filter(|commands| !is_said(commands)).flatten().collect::<Vec<_>>().join(" ; ")
}

/// Whether a line of commands with pipes between them only says something: it ends where it began.
fn is_said(commands: &[&str]) -> bool {
    let [command] = commands else { return false };
    let words: Vec<&str> = command.split_whitespace().collect();
    let is_before = |word: &&&str| matches!(**word, "sudo" | "$") || (word.contains('=') && !word.starts_with('-'));
    let words = &words[words.iter().take_while(is_before).count()..];
    let Some((program, given)) = words.split_first() else { return false };
    let program = program.rsplit('/').next().unwrap_or(program);
    if command.contains(['>', '<', '#']) {
        return false;
    }
    let asks = || {
        let options = given.iter().filter(|word| word.starts_with('-'));
        given.contains(&"--help") || (given.last() == Some(&"help") && options.count() == 0)
    };
    TELLING.contains(&program) || (HELPFUL.contains(&program) && asks())
}

/// The commands of a line: those that follow each other, and in each those with pipes between them. `None` where a quote
/// is not closed.
fn parted(line: &str) -> Option<Vec<Vec<&str>>> {
    let mut lists = vec![Vec::new()];
    let (mut quote, mut from, mut escaped) = (None, 0, false);
    for (at, letter) in line.char_indices() {
        if std::mem::take(&mut escaped) {
            continue;
        }
        match (quote, letter) {
            (None | Some('"'), '\\') => escaped = true,
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), close) if open == close => quote = None,
            (None, '|' | ';' | '&') => {
                let is_pipe = letter == '|' && !line[at + 1..].starts_with('|') && !line[..at].ends_with('|');
                lists.last_mut()?.push(&line[from..at]);
                if !is_pipe {
                    lists.push(Vec::new());
                }
                from = at + 1;
            }
            _ => {}
        }
    }
    lists.last_mut()?.push(&line[from..]);
    quote.is_none().then_some(lists)
}

#[cfg(test)]
mod tests {
    use crate::reader::log::command::command_changes_logging;

    #[test]
    fn what_is_only_said_changes_nothing() {
        for command in [
            "echo \"never run auditctl -D\"",
            "echo never run auditctl -D",
            "/bin/echo 'aws cloudtrail stop-logging --name data; auditctl -D'",
            "printf \"auditctl -D\"",
            "sudo man auditctl -D",
            "aws cloudtrail stop-logging help",
            "aws cloudtrail stop-logging --help",
            "ls; echo \"auditctl -D\"; ls",
            "systemctl --help stop auditd",
        ] {
            assert!(!command_changes_logging(command), "{command}");
        }
        for command in [
            "echo \"auditctl -D\" | sh",
            "echo 'auditctl -D' | sudo bash -s",
            "sh -c \"auditctl -D\"",
            "bash <<EOF\nauditctl -D\nEOF",
            "echo \"auditctl -D\" > /tmp/a.sh",
            "echo done && auditctl -D",
            "echo done; auditctl -D",
            "echo done & auditctl -D",
            "echo a || auditctl -D",
            "echo \"$(auditctl -D)\"",
            "echo `auditctl -D`",
            "echo \"never\nauditctl -D",
            "echo don't\nauditctl -D",
            "echo 'auditctl -D' | tee /etc/cron.d/a",
            "bash -c 'echo x; auditctl -D'",
            "cat <(auditctl -D) | echo",
            "aws cloudtrail stop-logging --name help",
            "aws cloudtrail stop-logging --name data # help",
            "auditctl -D --help",
            "echo \"\\\"\" ; auditctl -D",
            "eval \"echo x; auditctl -D\"",
        ] {
            assert!(command_changes_logging(command), "{command}");
        }
    }
}
