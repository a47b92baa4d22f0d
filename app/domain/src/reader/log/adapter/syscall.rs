//! What the system calls and record types of Linux audit mean.

use crate::reader::log::act::Act;
use crate::timeline::{Effect, Verb};

/// The common calls of x86-64, each after its number; that machine is told by `arch=c000003e`.
const X86_64: &str = "0 read 1 write 2 open 4 stat 41 socket 42 connect 43 accept 44 sendto 49 bind 50 listen 56 clone \
     57 fork 59 execve 62 kill 76 truncate 77 ftruncate 80 chdir 82 rename 83 mkdir 84 rmdir 85 creat 86 link 87 unlink \
     88 symlink 89 readlink 90 chmod 91 fchmod 92 chown 93 fchown 94 lchown 101 ptrace 105 setuid 106 setgid \
     113 setreuid 117 setresuid 126 capset 155 pivot_root 159 adjtimex 161 chroot 164 settimeofday 165 mount \
     166 umount2 169 reboot 170 sethostname 175 init_module 176 delete_module 188 setxattr 197 removexattr \
     227 clock_settime 257 openat 258 mkdirat 260 fchownat 263 unlinkat 264 renameat 265 linkat 266 symlinkat \
     268 fchmodat 272 unshare 288 accept4 308 setns 313 finit_module 316 renameat2 321 bpf 322 execveat 437 openat2";

/// The name of a call, as far as it is known. `ausearch -i` and `aureport -i` write the name itself, on any machine.
pub fn name(arch: &str, number: &str) -> Option<&'static str> {
    let mut words = X86_64.split(' ');
    let is_name = number.starts_with(|first: char| first.is_ascii_lowercase());
    if is_name {
        return words.find(|word| *word == number);
    }
    (arch == "c000003e").then(|| words.find(|word| *word == number).and_then(|_| words.next())).flatten()
}

/// What an act is, by the name of the call or the type of the record.
pub fn act(action: &str) -> Act {
    let (verb, effect) = match action {
        "read" | "stat" | "readlink" | "open" | "openat" | "openat2" => (Verb::Read, Effect::Read),
        "write" | "truncate" | "ftruncate" | "rename" | "renameat" | "renameat2" | "mkdir" | "mkdirat" | "creat"
        | "link" | "linkat" | "symlink" | "symlinkat" => (Verb::Write, Effect::Mutating),
        "unlink" | "unlinkat" | "rmdir" => (Verb::Delete, Effect::Destructive),
        "chmod" | "fchmod" | "fchmodat" | "chown" | "fchown" | "lchown" | "fchownat" | "setuid" | "setgid"
        | "setreuid" | "setresuid" | "capset" | "setxattr" | "removexattr" => (Verb::Grant, Effect::Privilege),
        "execve" | "execveat" | "kill" | "ptrace" | "init_module" | "finit_module" | "delete_module" | "reboot"
        | "EXECVE" | "bpf" | "setns" | "unshare" => (Verb::Execute, Effect::Mutating),
        "connect" | "sendto" | "accept" | "accept4" => (Verb::Call, Effect::None),
        "mount" | "umount2" | "sethostname" | "settimeofday" | "clock_settime" | "adjtimex" | "chroot"
        | "pivot_root" | "SYSTEM_SHUTDOWN" | "SYSTEM_BOOT" | "SERVICE_START" | "SERVICE_STOP" | "MAC_POLICY_LOAD"
        | "MAC_STATUS" => (Verb::Config, Effect::Mutating),
        "USER_LOGIN" | "USER_AUTH" | "USER_START" | "USER_END" | "USER_LOGOUT" | "LOGIN" | "CRED_ACQ" | "CRED_DISP"
        | "CRED_REFR" | "USER_ACCT" => (Verb::Login, Effect::None),
        "USER_CMD" => (Verb::Execute, Effect::Mutating),
        "ADD_USER" | "ADD_GROUP" | "USER_CHAUTHTOK" | "USER_ROLE_CHANGE" | "USER_MGMT" | "GRP_MGMT" | "ROLE_ASSIGN" => {
            (Verb::Grant, Effect::Privilege)
        }
        "DEL_USER" | "DEL_GROUP" | "ROLE_REMOVE" => (Verb::Revoke, Effect::Privilege),
        // A file that is full is put away: nothing else is logged for it.
        "DAEMON_ROTATE" => (Verb::Config, Effect::None),
        "CONFIG_CHANGE" | "DAEMON_START" | "DAEMON_END" | "DAEMON_ABORT" | "DAEMON_CONFIG" | "DAEMON_RESUME" => {
            (Verb::LoggingControl, Effect::Mutating)
        }
        _ => (Verb::Other, Effect::None),
    };
    Act { verb, effect }
}
