//! Commands that change what is logged: command lines, calls of a provider's library, and scripts around them.
//!
//! One check for every format: adapters show it what was run, and the reader shows it what the adapters left out
//! ([`Watch`](super::watch::Watch)). The table names programs and calls as they were in November 2026, after the manual
//! pages of the tools and the providers' command line references.

mod find;
mod given;
mod said;

use super::format::Format;
use super::logging::{Family, by_parameters, holds_logs, lessens};

pub(super) use find::Anchors;
use given::{given_off, requested};

/// A program that changes what is logged where each of the groups has one of its words behind it.
struct Rule {
    programs: &'static str,
    groups: &'static [&'static str],
    reaches: &'static [Family],
}

const HOST: &[Family] = &[Family::Host];
const ANY: &[Family] = &[Family::Any];

const fn rule(programs: &'static str, groups: &'static [&'static str], reaches: &'static [Family]) -> Rule {
    Rule { programs, groups, reaches }
}

/// The services that keep or pass on what is logged on a machine.
const SERVICES: &str = "auditd audit rsyslog rsyslogd syslog syslogd syslog-ng systemd-journald journald osquery osqueryd falco \
     filebeat auditbeat fluentd fluent-bit td-agent google-fluentd google-cloud-ops-agent amazon-cloudwatch-agent \
     amazon-cloudwatch-agent-ctl splunkd splunkforwarder wazuh-agent sysmon sysmon64 eventlog otelcol vector \
     com.apple.auditd laurel go-audit";

const RULES: &[Rule] = &[
    rule(
        "systemctl service rc-service rc-update update-rc.d invoke-rc.d initctl chkconfig sv launchctl sc net net1 \
         stop-service set-service remove-service",
        &["stop disable mask kill off del delete remove unload freeze bootout disabled stopped stop-service", SERVICES],
        HOST,
    ),
    rule("stop-service remove-service", &[SERVICES], HOST),
    rule("vault bao", &["audit", "disable"], &[Family::Own(Format::VaultAudit)]),
    rule("eksctl", &["update-cluster-logging", "--disable-types"], &[Family::Own(Format::K8sAudit)]),
    rule("auditd rsyslog syslog syslog-ng osqueryd falco filebeat auditbeat", &["stop"], HOST),
    rule(
        "apt apt-get aptitude dpkg dnf yum microdnf rpm zypper pacman apk",
        &["purge remove autoremove erase -e -r --purge --erase uninstall del -rns -rs", SERVICES],
        HOST,
    ),
    rule(
        "ansible ansible-playbook",
        &[
            "state=stopped state=absent enabled=no enabled=false",
            "name=auditd name=audit name=rsyslog name=syslog-ng name=systemd-journald name=osqueryd name=falco",
        ],
        HOST,
    ),
    rule("aws", &["disable-aws-service-access", "cloudtrail.amazonaws.com"], &[Family::Amazon]),
    rule("aws", &["delete-service-linked-role", "awsserviceroleforcloudtrail"], &[Family::Amazon]),
    rule("kill pkill killall killall5 skill taskkill stop-process xkill", &[SERVICES], HOST),
    rule("journalctl", &["--vacuum-size --vacuum-time --vacuum-files --rotate"], HOST),
    rule("setenforce", &["0 permissive"], HOST),
    rule("history", &["-c"], HOST),
    rule("unset", &["histfile"], HOST),
    rule("export set", &["histfile=/dev/null histsize=0 histfilesize=0"], HOST),
    rule("wevtutil", &["cl clear-log sl set-log um uninstall-manifest"], &[Family::Own(Format::WindowsEvent)]),
    rule(
        "auditpol",
        &["clear remove disable success:disable failure:disable restore"],
        &[Family::Own(Format::WindowsEvent)],
    ),
    rule("clear-eventlog remove-eventlog limit-eventlog", &[], &[Family::Own(Format::WindowsEvent)]),
    rule("logman", &["stop delete"], &[Family::Own(Format::WindowsEvent)]),
    rule(
        "gcloud",
        &["logging", "sinks logs buckets views exclusions settings", "delete update"],
        &[Family::Google, Family::Any],
    ),
    rule("az", &["diagnostic-settings log-profiles", "delete update"], &[Family::Microsoft]),
    rule("az", &["log-analytics", "delete"], &[Family::Microsoft, Family::Any]),
    rule("remove-azdiagnosticsetting set-azdiagnosticsetting remove-azlogprofile", &[], &[Family::Microsoft]),
    rule("set-mailbox", &["-auditenabled"], &[Family::Microsoft]),
    rule("set-organizationconfig", &["-auditdisabled"], &[Family::Microsoft]),
    rule(
        "stop-ctlogging remove-cttrail update-cttrail write-cteventselector write-ctinsightselector",
        &[],
        &[Family::Amazon],
    ),
    rule("remove-cwlloggroup remove-cwllogstream write-cwlretentionpolicy", &[], ANY),
    rule("remove-ec2flowlog remove-ec2flowlogs", &[], &[Family::Own(Format::VpcFlow)]),
];

/// Kinds of resources that decide what is logged, as tools that set up infrastructure name them.
const DECLARED: &[(&str, Family)] = &[
    ("aws_cloudtrail", Family::Amazon),
    ("aws_flow_log", Family::Own(Format::VpcFlow)),
    ("aws_cloudwatch_log", Family::Any),
    ("google_logging", Family::Google),
    ("google_project_iam_audit_config", Family::Google),
    ("azurerm_monitor_diagnostic", Family::Microsoft),
    ("azurerm_log_analytics", Family::Microsoft),
    ("auditd", Family::Host),
    ("aws::cloudtrail", Family::Amazon),
    ("aws:cloudtrail", Family::Amazon),
    ("aws:ec2/flowlog", Family::Own(Format::VpcFlow)),
    ("aws:cloudwatch/log", Family::Any),
];

/// Files in which agents keep their transcripts and the settings of their hooks and telemetry, and in which machines keep
/// their logs and what is logged.
const FILES: &[(&str, Family)] = &[
    (".claude/projects", Family::Agent),
    (".claude/settings", Family::Agent),
    (".claude/hooks", Family::Agent),
    (".codex/sessions", Family::Agent),
    (".codex/config", Family::Agent),
    (".gemini/settings", Family::Agent),
    (".gemini/tmp", Family::Agent),
    (".qwen/settings", Family::Agent),
    (".qwen/tmp", Family::Agent),
    (".copilot/", Family::Agent),
    (".bash_history", Family::Host),
    (".zsh_history", Family::Host),
    ("/var/log", Family::Any),
    ("/etc/audit/", Family::Host),
    ("auditd.conf", Family::Host),
    ("audit.rules", Family::Host),
    ("rsyslog.conf", Family::Host),
    ("journald.conf", Family::Host),
];

/// Settings that switch off what an agent or a program tells of itself.
const SETTINGS: &[&str] = &[
    "claude_code_enable_telemetry=0",
    "claude_code_enable_telemetry=false",
    "otel_sdk_disabled=true",
    "otel_logs_exporter=none",
    "otel_traces_exporter=none",
];

/// So much of a text is looked through.
const TEXT_BYTES_MAX: usize = 64 << 10;

/// `auditd` asks for a buffer of 8,192 records, and the kernel begins with 64.
const BACKLOG_MIN: u32 = 64;

/// Whether what a call was given alone is the name of a call on logging: `StopLogging`, `stop_logging`, and
/// `CloudTrail_20131101.StopLogging` as a header names it. In a command line such a word has others around it.
pub(super) fn is_call(text: &str) -> bool {
    let name = text.trim().rsplit('.').next().unwrap_or_default();
    let is_name = name.len() >= SHORTEST_CALL
        && name.len() <= NAME_BYTES_MAX
        && name.bytes().all(|letter| letter.is_ascii_alphanumeric() || letter == b'_' || letter == b'-');
    let plain = || {
        name.bytes()
            .filter(u8::is_ascii_alphanumeric)
            .map(|letter| char::from(letter.to_ascii_lowercase()))
            .collect::<String>()
    };
    is_name && Anchors::get().meets(name.as_bytes()) && lessens(&plain()).is_some()
}

/// Whether a text names a kind of resource that decides what is logged.
pub(super) fn declares_logging(text: &str) -> bool {
    let small = text.to_lowercase();
    text.len() <= NAME_BYTES_MAX && DECLARED.iter().any(|(kind, _)| small.contains(kind))
}

/// A name is not longer.
const NAME_BYTES_MAX: usize = 200;

/// Whether a command line switches logging off, or takes away what was logged.
pub(super) fn command_changes_logging(command: &str) -> bool {
    !reached(command).is_empty()
}

/// Whether a file that is written or deleted is one that decides what is logged, or holds what was.
pub(super) fn file_changes_logging(path: &str) -> bool {
    let small = path.to_lowercase();
    FILES.iter().any(|(file, _)| small.contains(file))
}

/// Whose logs a text says to change; none where it holds no such command.
pub(super) fn reached(text: &str) -> Vec<Family> {
    let mut end = text.len().min(TEXT_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = &text[..end];
    if !Anchors::get().meets(text.as_bytes()) {
        return Vec::new();
    }
    // What is run in a container stands in an address, and a line end in JSON as two letters.
    let text = text.replace("&command=", " ").replace("%20", " ").replace("\\n", "\n").replace("\\\"", "\"");
    let text = said::run(&text);
    let mut found = Vec::new();
    for line in text.split(['\n', ';', '|']) {
        of_line(line, &mut found);
    }
    let small = text.to_lowercase();
    if SETTINGS.iter().any(|setting| small.contains(setting)) {
        found.push(Family::Agent);
    }
    calls(&text, &mut found);
    found.dedup();
    found
}

fn of_line(line: &str, found: &mut Vec<Family>) {
    let between = [' ', '\t', '"', '\'', '`', '(', ')', '[', ']', '{', '}', ',', '&', '<', '>'];
    let whole: Vec<&str> = line.split(between).filter(|word| !word.is_empty()).collect();
    let words: Vec<String> = whole.iter().map(|word| program(word)).collect();
    for (place, word) in words.iter().enumerate() {
        let behind = &words[place + 1..];
        if word == "auditctl" && alters_rules(&whole[place + 1..]) {
            found.push(Family::Host);
        }
        for rule in RULES.iter().filter(|rule| has(rule.programs, word)) {
            if rule.groups.iter().all(|group| behind.iter().any(|word| is_in(group, word))) {
                found.extend(rule.reaches);
            }
        }
        if matches!(word.as_str(), "terraform" | "tofu" | "terragrunt" | "pulumi")
            && behind.iter().any(|word| matches!(word.as_str(), "destroy" | "-destroy" | "rm" | "taint" | "delete"))
        {
            let named = |kind: &str| whole[place + 1..].iter().any(|word| word.to_lowercase().contains(kind));
            found.extend(DECLARED.iter().filter(|(kind, _)| named(kind)).map(|(_, family)| *family));
        }
        if matches!(
            word.as_str(),
            "curl" | "wget" | "http" | "https" | "gh" | "glab" | "invoke-restmethod" | "invoke-webrequest"
        ) {
            found.extend(requested(&whole[place + 1..]));
        }
        if matches!(word.as_str(), "vault" | "bao")
            && behind.iter().any(|word| matches!(word.as_str(), "delete" | "write"))
            && whole[place + 1..].iter().any(|word| word.trim_start_matches('/').starts_with("sys/audit"))
        {
            found.push(Family::Own(Format::VaultAudit));
        }
        if word == "aws" && given_off(line) {
            found.extend(behind.iter().filter_map(|word| by_parameters(word)));
        }
        if matches!(word.as_str(), "kubectl" | "oc")
            && behind.iter().any(|word| matches!(word.as_str(), "delete" | "scale" | "patch"))
        {
            let logs = ["fluent", "falco", "filebeat", "audit", "clusterlog"];
            if behind.iter().any(|word| logs.iter().any(|part| word.contains(part))) {
                found.push(Family::Any);
            }
        }
        if word == "aws"
            && behind.iter().any(|word| word == "s3")
            && behind.iter().any(|word| matches!(word.as_str(), "rm" | "rb" | "mv"))
        {
            let store = whole[place + 1..].iter().find(|word| word.starts_with("s3://"));
            if store.is_some_and(|store| holds_logs(store)) {
                found.push(Family::Any);
            }
        }
    }
    taken_away(line, found);
}

/// Files with logs in them, or with what decides over logs, that a line deletes or overwrites.
fn taken_away(line: &str, found: &mut Vec<Family>) {
    const WAYS: &[&str] = &[
        "rm ",
        "rm\t",
        "shred ",
        "truncate ",
        "unlink ",
        "> /",
        ">/",
        "> ~",
        ">~",
        "mv ",
        "sed -i",
        "tee ",
        "cp /dev/null",
        "of=/",
        "chattr ",
        "srm ",
        "wipe ",
        "remove-item ",
        "del ",
        "-delete",
    ];
    // A comma parts the cells of a table, and hardly ever what a command is given.
    for small in line.to_lowercase().split(',') {
        let Some(at) = WAYS.iter().filter_map(|way| small.find(way)).min() else { continue };
        found.extend(FILES.iter().filter(|(file, _)| small[at..].contains(file)).map(|(_, family)| *family));
    }
}

/// What `auditctl` is told: to delete rules, to stop, to pass over something, or to read other rules.
fn alters_rules(words: &[&str]) -> bool {
    let mut words = words.iter().peekable();
    while let Some(word) = words.next() {
        let next = words.peek().copied().copied().unwrap_or_default();
        let is_told = match *word {
            "-D" | "-d" | "-W" | "-R" | "-r" | "--reset-lost" | "-e0" | "-e=0" | "--signal" => true,
            "-e" => next == "0",
            // So small a buffer loses what comes at once.
            "-b" => next.parse::<u32>().is_ok_and(|size| size < BACKLOG_MIN),
            "-a" | "-A" => next.contains("never") || words.clone().nth(1).is_some_and(|word| word.contains("never")),
            _ => false,
        };
        if is_told {
            return true;
        }
    }
    false
}

/// Calls of a provider: `stop-logging` on a command line, and `stop_logging(`, `stopLogging(` or
/// `new StopLoggingCommand(` in a program.
fn calls(text: &str, found: &mut Vec<Family>) {
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    for (place, word) in split_names(text, is_name) {
        let behind = text[place + word.len()..].chars().next();
        let is_run = word.contains('-') && !word.starts_with('-') && !text[..place].ends_with(['.', '#', '/', ':']);
        let called = behind == Some('(') && !text[..place].ends_with("def ");
        if !(is_run || called) {
            continue;
        }
        let plain: String =
            word.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect();
        let plain = plain.strip_suffix("command").filter(|_| called).unwrap_or(&plain);
        found.extend(lessens(plain));
    }
}

/// Whose logs a text says to have changed by the name of a call alone, as `StopLogging` in a timeline. An action in a policy
/// stands behind its service and a colon.
pub(super) fn named(text: &str) -> Vec<Family> {
    let names = split_names(text, |letter| letter.is_ascii_alphanumeric());
    let is_call = |place: usize, word: &str| {
        let humps = word.bytes().filter(u8::is_ascii_uppercase).count();
        humps > 1 && word.bytes().any(|letter| letter.is_ascii_lowercase()) && !text[..place].ends_with(':')
    };
    names
        .filter(|(place, word)| is_call(*place, word))
        .filter_map(|(_, word)| lessens(&word.to_ascii_lowercase()))
        .collect()
}

fn split_names(text: &str, is_name: impl Fn(char) -> bool + Copy) -> impl Iterator<Item = (usize, &str)> {
    let start = text.as_ptr() as usize;
    text.split(move |letter| !is_name(letter))
        .filter(|word| word.len() >= SHORTEST_CALL)
        .map(move |word| (word.as_ptr() as usize - start, word))
}

/// The shortest name of a call in the catalogue has so many letters.
const SHORTEST_CALL: usize = 9;

/// The name of a program without its folder, in small letters.
fn program(word: &str) -> String {
    let bare = word.trim_end_matches(['.', ':']);
    let name =
        if bare.starts_with('/') && !bare.contains(':') { bare.rsplit('/').next().unwrap_or(bare) } else { bare };
    let name = name.rsplit("command=").next().unwrap_or(name).rsplit('/').next().unwrap_or(name).to_lowercase();
    name.strip_suffix(".exe").map_or(name.clone(), str::to_string)
}

fn has(list: &str, word: &str) -> bool {
    list.split(' ').any(|known| known == word)
}

/// Whether a word is one of a list: a service with its kind behind it, and a setting with its value, are as well.
fn is_in(list: &str, word: &str) -> bool {
    let bare =
        [".service", ".socket", ".exe", ".pid"].iter().find_map(|ending| word.strip_suffix(ending)).unwrap_or(word);
    let name = bare.split('=').next().unwrap_or(bare);
    has(list, bare) || has(list, word) || (name.starts_with("--vacuum") && has(list, name))
}

#[cfg(test)]
mod tests;
