//! The image: its digests, and the server in it, started as a container is.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::machine::Machine;
use super::{done, package, stripped, text};

/// An archive that was unpacked.
struct Image {
    folder: PathBuf,
    manifest: Value,
    config: Value,
}

impl Image {
    async fn unpack(archive: &Path, folder: PathBuf) -> Self {
        std::fs::create_dir(&folder).expect("a folder");
        done("tar", &["--extract", "--file", text(archive), "--directory", text(&folder)]).await;
        let mut image = Self { folder, manifest: Value::Null, config: Value::Null };
        let index = image.json("index.json");
        assert_eq!(image.json("oci-layout"), json!({ "imageLayoutVersion": "1.0.0" }));
        image.manifest = serde_json::from_slice(&image.blob(&index["manifests"][0])).expect("a manifest");
        image.config = serde_json::from_slice(&image.blob(&image.manifest["config"])).expect("a configuration");
        image
    }

    fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&std::fs::read(self.folder.join(name)).expect("a file")).expect("JSON")
    }

    /// What a descriptor names, after its digest and its size were compared.
    fn blob(&self, descriptor: &Value) -> Vec<u8> {
        let digest = descriptor["digest"].as_str().expect("a digest").strip_prefix("sha256:").expect("SHA-256");
        let bytes = std::fs::read(self.folder.join("blobs/sha256").join(digest)).expect("a blob");
        assert_eq!(sha256(&bytes), digest);
        assert_eq!(descriptor["size"], bytes.len());
        bytes
    }

    /// The tar of its one layer.
    fn layer(&self) -> Vec<u8> {
        let mut tar = Vec::new();
        let packed = self.blob(&self.manifest["layers"][0]);
        flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut tar).expect("gzip");
        tar
    }

    /// The variables and the command of a container, as words of a shell.
    fn command(&self, command: &Value) -> String {
        let words = |list: &Value| -> Vec<String> {
            list.as_array().into_iter().flatten().map(|word| word.as_str().expect("a word").to_string()).collect()
        };
        let user = self.config["config"]["User"].as_str().expect("a user");
        let environment = words(&self.config["config"]["Env"]).join(" ");
        let command = words(command).join(" ");
        format!("env -i {environment} /usr/sbin/chroot --userspec={user} --groups= root {command}")
    }
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn the_image_is_what_its_digests_say_and_the_same_every_time() {
    let folder = TempDir::new().expect("a folder");
    let binary = stripped(folder.path()).await;
    let archive = package("image", &binary, "0.1.0", folder.path()).await;
    let again = package("image", &binary, "0.1.0", &folder.path().join("again")).await;
    let digest = |path: &Path| sha256(&std::fs::read(path).expect("an archive"));
    assert_eq!(digest(&archive), digest(&again));

    let image = Image::unpack(&archive, folder.path().join("image")).await;
    assert_eq!(image.manifest["layers"].as_array().map(Vec::len), Some(1));
    let tar = image.layer();
    assert_eq!(image.config["rootfs"]["diff_ids"], json!([format!("sha256:{}", sha256(&tar))]));
    let named =
        |part: &Value| format!("blobs/sha256/{}", &part["digest"].as_str().expect("a digest")["sha256:".len()..]);
    let older = &image.json("manifest.json")[0];
    assert_eq!(older["Config"], named(&image.manifest["config"]));
    assert_eq!(older["Layers"], json!([named(&image.manifest["layers"][0])]));
    assert_eq!(older["RepoTags"], json!(["inquest:0.1.0"]));
    let blobs = std::fs::read_dir(image.folder.join("blobs/sha256")).expect("blobs").count();
    assert_eq!(blobs, 3, "a manifest, a configuration and a layer");

    let runs = &image.config["config"];
    assert_eq!(runs["User"], "65532:65532");
    assert_eq!((&runs["Volumes"], &runs["ExposedPorts"]), (&json!({ "/data": {} }), &json!({ "3000/tcp": {} })));
    assert_eq!(runs["Labels"]["org.opencontainers.image.version"], "0.1.0");
    assert_eq!(runs["Labels"], image.manifest["annotations"]);
    holds_what_it_needs_and_no_more(&folder, &tar).await;
}

async fn holds_what_it_needs_and_no_more(folder: &TempDir, tar: &[u8]) {
    let layer = folder.path().join("layer.tar");
    std::fs::write(&layer, tar).expect("a file");
    let listed = done("tar", &["--list", "--verbose", "--numeric-owner", "--file", text(&layer)]).await;
    for line in listed.lines() {
        let owner = line.split_whitespace().nth(1).expect("an owner");
        assert_eq!(owner == "65532/65532", line.ends_with(" data/"), "{line}");
        assert!(owner == "0/0" || owner == "65532/65532", "{line}");
        assert!(!line[..10].contains('s'), "nobody becomes another: {line}");
    }
    let programs: BTreeSet<&str> =
        listed.lines().filter_map(|line| line.split_once(" usr/bin/")).map(|(_, name)| name).collect();
    assert_eq!(programs.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>(), ["inquest"], "and no shell");
}

#[tokio::test]
async fn the_image_serves_without_root_and_with_a_root_that_nobody_writes_to() {
    let folder = TempDir::new().expect("a folder");
    let binary = stripped(folder.path()).await;
    let archive = package("image", &binary, "0.1.0", folder.path()).await;
    let image = Image::unpack(&archive, folder.path().join("image")).await;
    let (root, layer) = (folder.path().join("root"), folder.path().join("layer.tar"));
    std::fs::create_dir(&root).expect("a folder");
    std::fs::write(&layer, image.layer()).expect("a file");
    done("tar", &["--extract", "--preserve-permissions", "--file", text(&layer), "--directory", text(&root)]).await;

    let Some(mut machine) = Machine::bare().await else { return };
    machine.well(&format!("mkdir {0}/volume && chown 65532:65532 {0}/volume", text(folder.path()))).await;
    let at = |command: &str| format!("cd {} && {command}", text(folder.path()));
    // As `--read-only` and a volume: what is not the volume cannot be written.
    machine.well(&at("mount --bind root root && mount -o remount,bind,ro root && mount --bind volume root/data")).await;
    machine.fails(&at("touch root/tmp/x")).await;
    let container = &image.config["config"];
    let program = container["Entrypoint"].as_array().expect("words");
    let command = json!([&program[..], container["Cmd"].as_array().expect("words")].concat());
    let health = &container["Healthcheck"]["Test"];
    assert_eq!(health[0], "CMD");
    let health = json!(health.as_array().expect("words")[1..]);

    let failed = machine.fails(&at(&image.command(&health))).await;
    assert!(failed.contains("127.0.0.1:3000 does not answer"), "nothing runs yet: {failed}");
    machine.well(&at(&format!("{} >said 2>&1 & echo $! >{}/id", image.command(&command), text(folder.path())))).await;
    let healthy = machine.until(&at(&image.command(&health))).await;
    assert_eq!(healthy, "127.0.0.1:3000 is ready.");
    assert_eq!(machine.well(&at("awk '/^Uid|^Gid/ { print $2 }' /proc/$(cat id)/status")).await, "65532\n65532");
    // A command beside the server, as `podman exec` runs one.
    let verify = json!(["/usr/bin/inquest", "verify"]);
    assert!(machine.well(&at(&image.command(&verify))).await.contains("all whole"));
    machine.well(&at("kill -TERM $(cat id)")).await;
    machine.until(&at("test ! -e /proc/$(cat id)/exe")).await;
    assert_eq!(machine.well(&at("stat -c %u volume/inquest.db")).await, "65532");
    let said = std::fs::read_to_string(folder.path().join("said")).expect("what it said");
    assert!(said.starts_with("Inquest is at http://0.0.0.0:3000\nSet it up with this link"), "{said}");
}
