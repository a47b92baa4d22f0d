//! Puts the built site into the binary: the stylesheet joined from `style`,
//! the files of `public`, and the browser's part where it has been built.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use sha2::{Digest, Sha256};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?).join("../..");
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?);
    // OUT_DIR is target/<profile>/build/<package>/out.
    let target = out.ancestors().nth(4).map_or_else(|| root.join("target"), Path::to_path_buf);
    let package = target.join("site");
    for watched in [root.join("style"), root.join("public"), package.clone()] {
        println!("cargo::rerun-if-changed={}", watched.display());
    }
    println!("cargo::rustc-env=BUILT_VERSION={}", version());
    let mut site = Site { out, table: String::new(), constants: String::new() };
    let css = stylesheet(&root.join("style"))?;
    site.put("CSS", "inquest", "css", "text/css; charset=utf-8", css.as_bytes())?;
    site.put("ICONS", "icons", "svg", "image/svg+xml", &fs::read(root.join("public/icons.svg"))?)?;
    site.fixed("/favicon.svg", "image/svg+xml", &fs::read(root.join("public/favicon.svg"))?)?;
    site.fixed("/robots.txt", "text/plain; charset=utf-8", &fs::read(root.join("public/robots.txt"))?)?;
    site.browser(&package, &root.join("public/start.js"))?;
    fs::write(
        site.out.join("site.rs"),
        format!("{}\n/// Every built file.\npub static FILES: &[File] = &[\n{}];\n", site.constants, site.table),
    )
}

/// What `inquest --version` says: the version, the commit it was built from, and what was built in.
fn version() -> String {
    let said = |name: &str| env::var(name).ok().filter(|text| !text.is_empty());
    let number = said("CARGO_PKG_VERSION").unwrap_or_default();
    let commit = said("SOURCE_COMMIT").or_else(commit).unwrap_or_else(|| "unknown".into());
    let built_in: Vec<String> = env::vars()
        .filter_map(|(name, _)| Some(name.strip_prefix("CARGO_FEATURE_")?.to_lowercase().replace('_', "-")))
        .filter(|feature| feature != "default")
        .collect();
    let features = if built_in.is_empty() { "none".into() } else { built_in.join(", ") };
    format!("{number} (commit {commit}, features: {features})")
}

/// The commit of the sources, with a mark where they differ from it. Packages name it in `SOURCE_COMMIT`. Builds that are not
/// for release do not look: each commit would build the server anew.
fn commit() -> Option<String> {
    println!("cargo::rerun-if-env-changed=SOURCE_COMMIT");
    let git = |arguments: &[&str]| -> Option<String> {
        let done = Command::new("git").args(arguments).output().ok().filter(|done| done.status.success())?;
        Some(String::from_utf8(done.stdout).ok()?.trim().to_string())
    };
    if env::var("PROFILE").ok()? != "release" {
        return None;
    }
    println!("cargo::rerun-if-changed={}", git(&["rev-parse", "--path-format=absolute", "--git-path", "logs/HEAD"])?);
    let differs = !git(&["status", "--porcelain", "--untracked-files=no"])?.is_empty();
    Some(git(&["rev-parse", "--short=12", "HEAD"])? + if differs { ", changed" } else { "" })
}

/// `style/main.css` with its imports in their places.
fn stylesheet(style: &Path) -> io::Result<String> {
    let mut css = String::new();
    for line in fs::read_to_string(style.join("main.css"))?.lines() {
        match line.trim().strip_prefix("@import \"") {
            Some(rest) => {
                let name = rest.split('"').next().unwrap_or_default();
                css.push_str(&fs::read_to_string(style.join(name))?);
            }
            None => css.push_str(line),
        }
        css.push('\n');
    }
    Ok(shrink(&css))
}

/// Drops comments and the blanks around line breaks; strings in our stylesheets hold neither.
fn shrink(css: &str) -> String {
    let mut bare = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        bare.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    bare.push_str(rest);
    bare.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

struct Site {
    out: PathBuf,
    table: String,
    constants: String,
}

impl Site {
    /// A file whose path carries its digest.
    fn put(&mut self, constant: &str, name: &str, extension: &str, kind: &str, bytes: &[u8]) -> io::Result<String> {
        let digest: String = Sha256::digest(bytes).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        let path = format!("/assets/{name}.{digest}.{extension}");
        let _ = writeln!(self.constants, "/// Where this file is served.\npub const {constant}: &str = {path:?};");
        self.file(&path, kind, bytes, true)?;
        Ok(path)
    }

    /// A file whose path others know.
    fn fixed(&mut self, path: &str, kind: &str, bytes: &[u8]) -> io::Result<()> {
        self.file(path, kind, bytes, false)
    }

    fn file(&mut self, path: &str, kind: &str, bytes: &[u8], forever: bool) -> io::Result<()> {
        let plain = self.out.join(path.replace('/', "_"));
        let packed = self.out.join(format!("{}.br", path.replace('/', "_")));
        fs::write(&plain, bytes)?;
        let mut brotli = Vec::new();
        let settings = brotli::enc::BrotliEncoderParams { quality: 11, ..Default::default() };
        brotli::BrotliCompress(&mut &bytes[..], &mut brotli, &settings)?;
        fs::write(&packed, brotli)?;
        let _ = writeln!(
            self.table,
            "File {{ path: {path:?}, kind: {kind:?}, forever: {forever}, plain: include_bytes!({plain:?}), brotli: include_bytes!({packed:?}) }},"
        );
        Ok(())
    }

    /// The browser's part. Without it every page still works; the build says so.
    fn browser(&mut self, package: &Path, start: &Path) -> io::Result<()> {
        let (module, wasm) = (package.join("inquest.js"), package.join("inquest_bg.wasm"));
        if !module.exists() || !wasm.exists() {
            println!("cargo::warning=The browser's part is not built: run `make build`. Pages work without it.");
            let _ =
                writeln!(self.constants, "/// The browser's part is not in this build.\npub const START: &str = \"\";");
            return Ok(());
        }
        let wasm = self.put("WASM", "inquest", "wasm", "application/wasm", &fs::read(wasm)?)?;
        let module = self.put("MODULE", "inquest", "js", "text/javascript; charset=utf-8", &fs::read(module)?)?;
        let start = fs::read_to_string(start)?.replace("__MODULE__", &module).replace("__WASM__", &wasm);
        self.put("START", "start", "js", "text/javascript; charset=utf-8", start.as_bytes())?;
        Ok(())
    }
}
