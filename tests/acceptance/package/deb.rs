//! The Debian package: unpacked and started; installed, upgraded, removed and purged.

use acceptance::{Binary, Person};
use tempfile::TempDir;

use super::machine::Machine;
use super::{done, package, stripped, text};

/// As the service runs it.
const AS_SERVICE: &str =
    "setpriv --reuid=inquest --regid=inquest --clear-groups env -i INQUEST_DATA_DIR=/var/lib/inquest";

/// Of ten, as `systemd-analyze security` counts what a service may do, in tenths: 1.2 when this was written.
const EXPOSURE_MAX: u32 = 15;

#[tokio::test]
async fn what_the_package_holds_serves_with_its_settings() {
    let folder = TempDir::new().expect("a folder");
    let binary = stripped(folder.path()).await;
    let deb = package("deb", &binary, "0.1.0-rc.1", folder.path()).await;
    let name = deb.file_name().and_then(|name| name.to_str()).expect("a name");
    assert!(name.starts_with("inquest_0.1.0~rc.1_"), "a version before 0.1.0 by the rules of Debian: {name}");
    let depends = done("dpkg-deb", &["--field", text(&deb), "Depends"]).await;
    assert!(depends.contains("libc6 (>= 2.") && depends.contains("adduser"), "{depends}");
    let held = done("dpkg-deb", &["--contents", text(&deb)]).await;
    assert!(held.lines().all(|line| line.contains(" root/root ")), "{held}");
    let settings = held.lines().find(|line| line.ends_with("./etc/inquest.env")).expect("the settings");
    assert!(settings.starts_with("-rw------- "), "they hold passwords: {settings}");

    let root = folder.path().join("root");
    done("dpkg-deb", &["--extract", text(&deb), text(&root)]).await;
    let settings = std::fs::read_to_string(root.join("etc/inquest.env")).expect("settings");
    let set: Vec<&str> = settings.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    assert_eq!(set, ["INQUEST_LISTEN=127.0.0.1:3000", "INQUEST_DATA_DIR=/var/lib/inquest"]);
    // Those that are only named are settings as well: what the server does not know would do nothing.
    let readme = include_str!("../../../README.md");
    for line in settings.lines().filter_map(|line| line.trim_start_matches('#').split_once('=')) {
        if line.0.starts_with("INQUEST_") {
            assert!(readme.contains(&format!("`{}`", line.0)), "{} is no setting", line.0);
        }
    }
    let packed = Binary::new(text(&root.join("usr/bin/inquest")).to_string().leak());
    let serving = packed.serve().await;
    assert_eq!(Person::stranger(&serving.url).peek("/healthz").await.body, "ok");
}

#[tokio::test]
async fn the_package_is_installed_upgraded_removed_and_purged() {
    let (packages, layer) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
    let binary = stripped(packages.path()).await;
    let Some(mut machine) = Machine::debian(text(packages.path()), text(layer.path())).await else { return };
    package("deb", &binary, "0.1.0", packages.path()).await;
    package("deb", &binary, "0.1.1", packages.path()).await;
    pretend_systemd(&mut machine).await;

    let said = machine.well("dpkg --install /run/packages/inquest_0.1.0_*.deb").await;
    assert!(said.contains("journalctl --unit inquest") && said.contains("/etc/inquest.env"), "{said}");
    is_installed_well(&mut machine).await;
    assert!(asked(&mut machine).await.contains("start inquest.service"));
    machine.until("inquest health").await;
    machine.well("grep -q 'Set it up with this link' /run/inquest.log").await;
    let add = "inquest user add --email ada@example.org --name Ada --role admin --password-stdin";
    machine.well(&format!("echo correct horse battery staple | {AS_SERVICE} {add}")).await;
    let first = machine.well("cat /run/inquest.pid").await;

    // The new one keeps the settings that somebody changed, and runs instead of the old one.
    machine.well("sed -i s/3000/3333/ /etc/inquest.env").await;
    let said = machine.well("dpkg --install /run/packages/inquest_0.1.1_*.deb").await;
    assert!(!said.contains("journalctl"), "who upgrades knows where it is: {said}");
    assert!(asked(&mut machine).await.contains("restart inquest.service"));
    machine.until("inquest health --listen 127.0.0.1:3333").await;
    machine.fails("inquest health").await;
    assert_ne!(machine.well("cat /run/inquest.pid").await, first);
    assert_eq!(machine.well("cat /etc/inquest.env | grep -c 3333").await, "1");
    knows_ada(&mut machine).await;

    // Removed, it is gone, and what was filed is not.
    machine.well("dpkg --remove inquest").await;
    assert!(asked(&mut machine).await.contains("stop inquest.service"));
    machine.well("test ! -e /usr/bin/inquest && test ! -e /run/inquest.pid").await;
    machine.well("test -s /var/lib/inquest/inquest.db && grep -q 3333 /etc/inquest.env").await;
    machine.well("dpkg --install /run/packages/inquest_0.1.1_*.deb").await;
    machine.until("inquest health --listen 127.0.0.1:3333").await;
    knows_ada(&mut machine).await;

    // Purged, nothing of it is left but the account, whose number nobody else may get.
    machine.well("dpkg --purge inquest").await;
    let left = machine.well("find /etc /var/lib /usr -name '*inquest*' -not -path '/var/lib/dpkg/*' -xdev").await;
    assert_eq!(left, "");
    machine.fails("dpkg-query --status inquest").await;
    assert!(machine.well("getent passwd inquest").await.ends_with("nologin"));
}

#[tokio::test]
async fn a_service_that_was_switched_off_stays_off_over_an_upgrade() {
    let (packages, layer) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
    let binary = stripped(packages.path()).await;
    let Some(mut machine) = Machine::debian(text(packages.path()), text(layer.path())).await else { return };
    package("deb", &binary, "0.1.0", packages.path()).await;
    package("deb", &binary, "0.1.1", packages.path()).await;
    pretend_systemd(&mut machine).await;
    machine.well("dpkg --install /run/packages/inquest_0.1.0_*.deb").await;
    machine.until("inquest health").await;
    // As `systemctl disable --now inquest` does.
    machine
        .well("systemctl stop inquest.service && rm /etc/systemd/system/multi-user.target.wants/inquest.service")
        .await;
    machine.well("dpkg --install /run/packages/inquest_0.1.1_*.deb").await;
    machine.well("test ! -e /run/inquest.pid").await;
    machine.well("test ! -e /etc/systemd/system/multi-user.target.wants/inquest.service").await;
}

/// Lets the scripts of the package find a systemd that runs.
async fn pretend_systemd(machine: &mut Machine) {
    let script = include_str!("systemctl.sh");
    machine.well("mkdir -p /run/systemd/system && rm -f /usr/sbin/policy-rc.d && mv /usr/bin/systemctl /usr/bin/systemctl.real").await;
    machine.well(&format!("cat >/usr/bin/systemctl <<'END'\n{script}END\nchmod +x /usr/bin/systemctl")).await;
}

async fn is_installed_well(machine: &mut Machine) {
    assert_eq!(
        machine.well("stat -c '%U:%G %a' /var/lib/inquest /etc/inquest.env").await,
        "inquest:inquest 700\nroot:root 600"
    );
    machine.well("test -L /etc/systemd/system/multi-user.target.wants/inquest.service").await;
    assert!(machine.well("getent passwd inquest").await.ends_with(":/var/lib/inquest:/usr/sbin/nologin"));
    let unit = "/usr/lib/systemd/system/inquest.service";
    let said = machine.well(&format!("systemd-analyze verify {unit}")).await;
    assert!(!said.contains("inquest"), "{said}");
    machine.well(&format!("systemd-analyze security --offline=true --threshold={EXPOSURE_MAX} {unit}")).await;
}

/// What systemd was asked since the last time.
async fn asked(machine: &mut Machine) -> String {
    machine.well("cat /run/systemctl.log && : >/run/systemctl.log").await
}

async fn knows_ada(machine: &mut Machine) {
    let known = machine.well(&format!("{AS_SERVICE} inquest user list")).await;
    assert!(known.contains("ada@example.org"), "{known}");
}
