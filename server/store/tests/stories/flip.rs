//! Whatever grants, judges or was read is altered behind the store's back, one value or row at a time: `verify` finds
//! every one of them. `FLIPS` says how many; the checks of a pull request make fewer.

use std::collections::BTreeMap;

use crate::flips::cases::fill;
use crate::flips::chance::Chance;
use crate::flips::table::{Flip, TABLES, Table};
use crate::world::World;

on_both_engines!(every_flip_is_found);

/// So many where nobody says how many.
const FLIPS: usize = 120;

async fn every_flip_is_found(world: World) {
    let flips = std::env::var("FLIPS").ok().and_then(|count| count.parse().ok()).unwrap_or(FLIPS);
    fill(&world).await;
    let report = world.store.verify(None).await.unwrap();
    assert!(report.is_whole(), "before the first flip: {report:#?}");
    let mut tables = Vec::new();
    for name in TABLES {
        tables.push(Table::open(&world, name).await);
    }
    let mut chance = Chance::new(20_261_127);
    let mut tally: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut missed = Vec::new();
    for number in 0..flips {
        let table = &tables[number % tables.len()];
        let flip = table.flip(&world, &mut chance).await;
        let counted = tally.entry(table.name).or_default();
        counted.0 += 1;
        match is_found(&world, &flip).await {
            Ok(()) => counted.1 += 1,
            Err(why) => missed.push(why),
        }
        table.mend(&world).await;
    }
    println!("{:<18} {:>6} {:>6}", "table", "flips", "found");
    for (name, (made, found)) in &tally {
        println!("{name:<18} {made:>6} {found:>6}");
    }
    let report = world.store.verify(None).await.unwrap();
    assert!(report.is_whole(), "after the last flip: {report:#?}");
    missed.sort();
    missed.dedup();
    assert!(missed.is_empty(), "{} kinds of flips were not found:\n{}", missed.len(), missed.join("\n"));
}

/// A flip is found when verifying ends with a report that names something.
async fn is_found(world: &World, flip: &Flip) -> Result<(), String> {
    match world.store.verify(None).await {
        Ok(report) if !report.is_whole() => Ok(()),
        Ok(_) => Err(format!("{flip}: said to be whole")),
        Err(error) => Err(format!("{flip}: verifying broke off: {error}")),
    }
}
