//! Files that were rotated away: what was followed under a path, and what came after it.

use std::fs::{self, File};
use std::io::{self, Read, Seek};
use std::path::Path;
use std::time::SystemTime;

use super::mark::Mark;

/// The first bytes of what is packed with gzip: it cannot be followed.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The file of the mark under the name that it has by now, and those that came after it, the oldest first; nothing
/// where it is not found. The path itself is not among them.
pub(super) fn since(path: &Path, mark: &Mark) -> io::Result<Vec<File>> {
    let mut siblings = siblings(path)?;
    let by_number = position(&mut siblings, |file| Ok(mark.is_number_of(file)? && mark.is_of(file)?))?;
    let found = match by_number {
        // A copy has another number; what says nothing of its beginning could be any file.
        None if mark.head.0 > 0 => position(&mut siblings, |file| mark.is_of(file))?,
        found => found,
    };
    let Some(found) = found else { return Ok(Vec::new()) };
    Ok(siblings.into_iter().skip(found).map(|(_, file)| file).collect())
}

fn position(
    siblings: &mut [(SystemTime, File)],
    mut is_it: impl FnMut(&mut File) -> io::Result<bool>,
) -> io::Result<Option<usize>> {
    for (place, (_, file)) in siblings.iter_mut().enumerate() {
        if is_it(file)? {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

/// What is called as the path with a number or a date behind it, in the order of when it was written last.
fn siblings(path: &Path) -> io::Result<Vec<(SystemTime, File)>> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let is_sibling =
            entry.file_name().to_str().and_then(|other| other.strip_prefix(name)).is_some_and(|rest| {
                !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit() || ".-_:T".contains(c))
            });
        if !is_sibling {
            continue;
        }
        // One that goes away meanwhile is none.
        let Ok(mut file) = File::open(entry.path()) else { continue };
        let data = file.metadata()?;
        if data.is_file() && !is_packed(&mut file)? {
            found.push((data.modified()?, file));
        }
    }
    found.sort_by_key(|(time, _)| *time);
    Ok(found)
}

fn is_packed(file: &mut File) -> io::Result<bool> {
    let mut bytes = Vec::new();
    file.by_ref().take(2).read_to_end(&mut bytes)?;
    file.rewind()?;
    Ok(bytes == GZIP)
}
