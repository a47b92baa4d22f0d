//! What the system calls and record types of Linux audit mean.

use crate::reader::log::act::Act;
use crate::vocabulary::{Effect, Verb};

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
    let is_name = number.starts_with(|first: char| first.is_ascii_lowercase());
    if is_name {
        return [X86_64, AARCH64, I386].iter().find_map(|table| table.split(' ').find(|word| *word == number));
    }
    let table = match arch {
        "c000003e" => X86_64,
        "c00000b7" => AARCH64,
        "40000003" => I386,
        _ => return None,
    };
    let mut words = table.split(' ');
    words.find(|word| *word == number).and_then(|_| words.next())
}

/// The same for 64-bit ARM (`arch=c00000b7`), whose numbers are those of all newer machines.
const AARCH64: &str = "5 setxattr 6 lsetxattr 7 fsetxattr 14 removexattr 33 mknodat 34 mkdirat 35 unlinkat 36 symlinkat 37 linkat \
     38 renameat 39 umount2 40 mount 41 pivot_root 45 truncate 46 ftruncate 48 faccessat 49 chdir 51 chroot 52 fchmod 53 fchmodat \
     54 fchownat 55 fchown 56 openat 63 read 64 write 78 readlinkat 79 newfstatat 91 capset 97 unshare 105 init_module \
     106 delete_module 112 clock_settime 117 ptrace 129 kill 142 reboot 144 setgid 145 setreuid 146 setuid 147 setresuid \
     161 sethostname 170 settimeofday 171 adjtimex 198 socket 200 bind 201 listen 202 accept 203 connect 206 sendto 220 clone \
     221 execve 242 accept4 268 setns 273 finit_module 276 renameat2 280 bpf 281 execveat 437 openat2";

/// The same for 32-bit x86 (`arch=40000003`).
const I386: &str = "2 fork 3 read 4 write 5 open 8 creat 9 link 10 unlink 11 execve 12 chdir 14 mknod 15 chmod 16 lchown 21 mount \
     23 setuid 26 ptrace 37 kill 38 rename 39 mkdir 40 rmdir 46 setgid 52 umount2 61 chroot 70 setreuid 74 sethostname \
     79 settimeofday 83 symlink 85 readlink 88 reboot 92 truncate 93 ftruncate 94 fchmod 95 fchown 120 clone 128 init_module \
     129 delete_module 164 setresuid 182 chown 185 capset 195 stat 212 chown 226 setxattr 235 removexattr 264 clock_settime \
     295 openat 296 mkdirat 298 fchownat 301 unlinkat 302 renameat 303 linkat 304 symlinkat 306 fchmodat 310 unshare 346 setns \
     350 finit_module 353 renameat2 357 bpf 358 execveat 359 socket 361 bind 362 connect 363 listen 364 accept4 369 sendto \
     437 openat2";

/// Types of records that stand beside one that says what was done.
const BESIDE: &str = "CWD PATH PROCTITLE SOCKADDR EOE IPC IPC_SET_PERM MQ_OPEN MQ_SENDRECV MQ_NOTIFY MQ_GETSETATTR FD_PAIR \
     OBJ_PID CAPSET MMAP NETFILTER_PKT BPRM_FCAPS OPENAT2 TIME_INJOFFSET TIME_ADJNTPVAL CONTAINER_ID USER_MAC_CONFIG_CHANGE \
     DAEMON_ACCEPT DAEMON_CLOSE DAEMON_ERR MAC_TASK_CONTEXTS MAC_OBJ_CONTEXTS";

/// Types that say what was done in fields of their own, and change nothing.
const TOLD: &str = "AVC APPARMOR APPARMOR_AUDIT APPARMOR_ALLOWED APPARMOR_DENIED APPARMOR_STATUS APPARMOR_ERROR SELINUX_ERR SECCOMP \
     USER_AVC USER_SELINUX_ERR ANOM_PROMISCUOUS ANOM_ABEND ANOM_LINK ANOM_CREAT CRYPTO_KEY_USER CRYPTO_SESSION CRYPTO_LOGIN CRYPTO_LOGOUT \
     CRYPTO_IKE_SA CRYPTO_IPSEC_SA SYSTEM_RUNLEVEL TEST TRUSTED_APP USER USER_TTY TTY USER_DEVICE SOFTWARE_UPDATE ANOM_LOGIN_FAILURES \
     ANOM_LOGIN_TIME ANOM_LOGIN_SESSIONS ANOM_LOGIN_ACCT ANOM_LOGIN_LOCATION RESP_ACCT_LOCK RESP_ACCT_UNLOCK SYSCALL KERNEL KERNEL_OTHER \
     FANOTIFY EXECVE NETFILTER_CFG BPF LABEL_LEVEL_CHANGE DEV_ALLOC DEV_DEALLOC FS_RELABEL MAC_CHECK";

/// Whether a type of record is known.
pub fn is_known(kind: &str) -> bool {
    is_beside(kind) || TOLD.split(' ').any(|known| known == kind) || act(kind).verb != Verb::Other
}

/// Whether a type of record only says more of what another one of its event tells.
pub fn is_beside(kind: &str) -> bool {
    BESIDE.split(' ').any(|known| known == kind)
}

/// What an act is, by the name of the call or the type of the record.
pub fn act(action: &str) -> Act {
    let (verb, effect) = match action {
        "read" | "open" | "openat" | "openat2" => (Verb::Read, Effect::Read),
        // What is known of a file is not what is in it.
        "stat" | "newfstatat" | "readlink" | "readlinkat" => (Verb::List, Effect::Read),
        "write" | "truncate" | "ftruncate" | "rename" | "renameat" | "renameat2" | "mkdir" | "mkdirat" | "creat"
        | "link" | "linkat" | "symlink" | "symlinkat" | "mknod" | "mknodat" => (Verb::Write, Effect::Mutating),
        "unlink" | "unlinkat" | "rmdir" => (Verb::Delete, Effect::Destructive),
        "chmod" | "fchmod" | "fchmodat" | "chown" | "fchown" | "lchown" | "fchownat" | "setuid" | "setgid"
        | "setreuid" | "setresuid" | "capset" | "setxattr" | "lsetxattr" | "fsetxattr" | "removexattr" => {
            (Verb::Grant, Effect::Privilege)
        }
        "execve" | "execveat" | "kill" | "ptrace" | "init_module" | "finit_module" | "delete_module" | "reboot"
        | "EXECVE" | "bpf" | "setns" | "unshare" => (Verb::Execute, Effect::Mutating),
        "connect" | "sendto" | "accept" | "accept4" => (Verb::Call, Effect::None),
        "mount" | "umount2" | "sethostname" | "settimeofday" | "clock_settime" | "adjtimex" | "chroot"
        | "pivot_root" | "SYSTEM_SHUTDOWN" | "SYSTEM_BOOT" | "SERVICE_START" | "SERVICE_STOP" | "MAC_POLICY_LOAD"
        | "MAC_STATUS" => (Verb::Config, Effect::Mutating),
        "USER_LOGIN" | "USER_AUTH" | "USER_START" | "USER_END" | "USER_LOGOUT" | "LOGIN" | "CRED_ACQ" | "CRED_DISP"
        | "CRED_REFR" | "USER_ACCT" => (Verb::Login, Effect::None),
        "USER_CMD" | "TTY" | "USER_TTY" => (Verb::Execute, Effect::Mutating),
        "SOFTWARE_UPDATE" | "NETFILTER_CFG" | "BPF" | "FS_RELABEL" | "LABEL_LEVEL_CHANGE" | "DEV_ALLOC"
        | "DEV_DEALLOC" => (Verb::Config, Effect::Mutating),
        "ADD_USER" | "ADD_GROUP" | "USER_CHAUTHTOK" | "USER_ROLE_CHANGE" | "USER_MGMT" | "GRP_MGMT" | "ROLE_ASSIGN"
        | "ACCT_UNLOCK" | "CHGRP_ID" | "CHUSER_ID" | "GRP_CHAUTHTOK" => (Verb::Grant, Effect::Privilege),
        "DEL_USER" | "DEL_GROUP" | "ROLE_REMOVE" | "ACCT_LOCK" => (Verb::Revoke, Effect::Privilege),
        // A file that is full is put away: nothing else is logged for it.
        "DAEMON_ROTATE" => (Verb::Config, Effect::None),
        "CONFIG_CHANGE" | "DAEMON_START" | "DAEMON_END" | "DAEMON_ABORT" | "DAEMON_CONFIG" | "DAEMON_RESUME" => {
            (Verb::LoggingControl, Effect::Mutating)
        }
        _ => (Verb::Other, Effect::None),
    };
    Act { verb, effect }
}

/// The name of an error without its words: `EACCES(Permission denied)`.
pub fn bare(exit: &str) -> &str {
    exit.split('(').next().unwrap_or(exit).trim()
}

/// The flags of an opened file: in hex, or in words as `ausearch -i` writes them (`O_RDWR|O_CREAT`).
pub fn flags(text: &str) -> Option<u64> {
    let word = |word: &str| match word {
        "O_WRONLY" => 0x1,
        "O_RDWR" => 0x2,
        "O_CREAT" => 0x40,
        "O_TRUNC" => 0x200,
        _ => 0,
    };
    if text.starts_with("O_") {
        return Some(text.split('|').map(word).sum());
    }
    u64::from_str_radix(text.trim_start_matches("0x"), 16).ok()
}

/// The same where a number is octal.
pub fn octal(text: &str) -> Option<u64> {
    if text.starts_with("O_") { flags(text) } else { u64::from_str_radix(text.trim_start_matches("0x"), 8).ok() }
}
