//! Bundles that somebody else made up, for tests: altered, and signed anew with a key of their own.

use std::collections::BTreeMap;

use domain::bundle::{EVIDENCE, FileDigest, MANIFEST, Manifest, SIGNATURE, Signer, read_manifest};

use super::pack::{self, Place, arrange};
use crate::change::canonical;
use crate::signing::Signer as Key;

/// The files of a bundle, by name.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Takes a bundle apart.
///
/// # Panics
/// If it is none.
pub fn files_of(bundle: &[u8]) -> Files {
    let mut files = Files::new();
    let taken = |place: &Place, bytes: Vec<u8>| {
        files.insert(place.name.clone(), bytes);
        Ok(())
    };
    pack::read(bundle, |_, _| Ok(Vec::new()), taken).expect("a bundle");
    files
}

/// Puts files into the zip of a bundle as they are, whatever they are called.
pub fn zipped(files: &Files) -> Vec<u8> {
    let places: Vec<Place> = files.iter().map(|(name, body)| Place::of(name.clone(), body)).collect();
    let places = arrange(places);
    let mut out = Vec::new();
    for place in &places {
        out.extend(place.local_header());
        out.extend(&files[&place.name]);
    }
    out.extend(pack::contents(&places));
    out
}

/// Names all files in the manifest, and signs it with the key of a stranger.
///
/// # Panics
/// If there is no manifest in the form of today.
pub fn signed_anew(mut files: Files) -> Vec<u8> {
    let stranger = Key::of_seed(&[7; 32]).expect("a seed");
    let known = read_manifest(&files[MANIFEST]).expect("a manifest");
    let own = |name: &&String| !name.starts_with(EVIDENCE) && ![MANIFEST, SIGNATURE].contains(&name.as_str());
    let digest = |name: &String| {
        let place = Place::of(name.clone(), &files[name]);
        FileDigest { name: place.name.clone(), sha256: place.sha256.clone(), bytes: place.bytes }
    };
    let listed = files.keys().filter(own).map(digest).collect();
    let signer = Signer { id: stranger.id.clone(), public_key: stranger.public_key() };
    let text = Manifest { signer, files: listed, ..known }.text() + "\n";
    let signature = serde_json::to_value(stranger.sign(&text)).unwrap_or_default();
    files.insert(SIGNATURE.into(), (canonical(&signature) + "\n").into_bytes());
    files.insert(MANIFEST.into(), text.into_bytes());
    zipped(&files)
}
