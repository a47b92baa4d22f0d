//! A disk that is full at random points.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use store::Settings;
use store::testing::{Fault, Faults};
use tempfile::TempDir;

use super::Row;
use super::dice::Dice;
use super::model::{Breaker, Model};

/// Room on the disk, in MB: an empty database takes less than one.
const ROOM_MB: u64 = 6;

/// A small file system in memory, where one may be mounted. Unmounted when dropped.
struct Small(TempDir);

impl Small {
    fn mount() -> Option<Self> {
        let dir = TempDir::new().ok()?;
        let size = format!("size={ROOM_MB}m");
        let done = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(dir.path()).output().ok()?;
        done.status.success().then_some(Self(dir))
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).output();
    }
}

/// The disk fills up at so many random points, under writes, and there is room again. On a real small disk where one
/// can be mounted, else on one that says so.
pub async fn full_disk(points: usize, seed: u64) -> Row {
    let begun = Instant::now();
    let mut dice = Dice::new(seed);
    let small = Small::mount();
    let fault = if small.is_some() { "a disk of 6 MB is full" } else { "a disk that says it is full" };
    let mut total = Row { fault: fault.into(), database: "SQLite", ..Row::default() };
    for _ in 0..points {
        let row = match &small {
            Some(small) => on_a_real_one(small.0.path(), &mut dice).await,
            None => on_a_shim(&mut dice).await,
        };
        total.runs += 1;
        total.acknowledged += row.acknowledged;
        total.lost += row.lost;
        total.wrong.extend(row.wrong);
    }
    total.took = begun.elapsed();
    total
}

async fn on_a_real_one(disk: &Path, dice: &mut Dice) -> Row {
    let dir = TempDir::new_in(disk).expect("a folder on the small disk");
    let filler = disk.join("filler");
    let mut model = Model::new("", "SQLite", Settings::in_dir(dir.path()), Breaker::Other).await;
    for _ in 0..dice.below(12) {
        model.write(dice).await;
    }
    fill(&filler, dice.below(200_000));
    let fails = until_it_fails(&mut model, dice).await;
    std::fs::remove_file(&filler).expect("there is room again");
    recovers(&mut model, dice, fails).await;
    model.end(Instant::now()).await
}

async fn on_a_shim(dice: &mut Dice) -> Row {
    let dir = TempDir::new().expect("a temporary folder");
    let faults = Faults::below(dir.path());
    let settings = Settings { database_url: Some(faults.url()), ..Settings::in_dir(dir.path()) };
    let mut model = Model::new("", "SQLite", settings, Breaker::Other).await;
    for _ in 0..dice.below(12) {
        model.write(dice).await;
    }
    faults.fail(Fault::Full, dice.below(60), u64::MAX);
    let fails = until_it_fails(&mut model, dice).await;
    faults.lift();
    recovers(&mut model, dice, fails).await;
    model.end(Instant::now()).await
}

/// Fills the disk up to a rest of so many bytes.
fn fill(filler: &PathBuf, rest: u64) {
    use std::io::Write;
    let mut file = std::fs::File::create(filler).expect("a file");
    let block = vec![0; 16 * 1024];
    while file.write_all(&block).is_ok() {}
    let length = file.metadata().expect("a length").len();
    file.set_len(length.saturating_sub(rest)).expect("a shorter file");
}

async fn until_it_fails(model: &mut Model, dice: &mut Dice) -> bool {
    for _ in 0..400 {
        if !model.write(dice).await {
            // And once more, on a connection that was opened while there is no room.
            model.write(dice).await;
            return true;
        }
    }
    false
}

/// There is room: a refusal first, as the fault that was found needed one, then writes that must all stand.
async fn recovers(model: &mut Model, dice: &mut Dice, has_failed: bool) {
    if !has_failed {
        model.row.wrong.push("the disk was never full".into());
    }
    model.refused().await;
    for number in 0..20 {
        if !model.write(dice).await {
            model.row.wrong.push(format!("write {number} failed although there was room again"));
        }
    }
    model.search_after_a_crash().await;
}
