//! What the model is put through: random steps, and a fault at every step of a write.

use super::*;

fn on_a_disk(dir: &Path) -> (Settings, Breaker) {
    let faults = Faults::below(dir);
    let settings = Settings { database_url: Some(faults.url()), ..Settings::in_dir(dir) };
    (settings, Breaker::Disk(faults))
}

/// Random writes, refusals, faults and restarts: on SQLite the disk fails, on PostgreSQL the line to it.
pub async fn random_steps(on_postgres: bool, steps: usize, seed: u64) -> Row {
    let begun = Instant::now();
    let dir = TempDir::new().expect("a temporary folder");
    if on_postgres {
        let server = postgres().await;
        let url = server.create_database("chaos").await.expect("a database");
        let line = Line::to(&url).await;
        let settings = Settings { database_url: Some(line.url.clone()), ..Settings::in_dir(dir.path()) };
        let model = Model::new("random steps, the line breaks", "PostgreSQL", settings, Breaker::Line(line)).await;
        return steps_of(model, steps, seed, begun).await;
    }
    let (settings, disk) = on_a_disk(dir.path());
    let model = Model::new("random steps, the disk fails or is full", "SQLite", settings, disk).await;
    steps_of(model, steps, seed, begun).await
}

async fn steps_of(mut model: Model, steps: usize, seed: u64, begun: Instant) -> Row {
    let mut dice = Dice::new(seed);
    for step in 1..=steps {
        match dice.below(1000) {
            0..12 => model.restart().await,
            12..20 if matches!(model.breaker, Breaker::Disk(_)) => model.search_after_a_crash().await,
            20..120 => model.refused().await,
            120..260 => {
                model.row.runs += 1;
                let after = dice.below(40);
                model.breaker.arm(&mut dice, after);
            }
            260..400 => model.breaker.lift(),
            400..410 => model.act(Act::File, &mut dice).await,
            410..430 => model.act(Act::Token, &mut dice).await,
            430..450 => model.act(Act::Invite, &mut dice).await,
            450..600 => model.act(Act::Edit, &mut dice).await,
            600..650 => model.act(Act::Delete, &mut dice).await,
            _ => model.act(Act::Add, &mut dice).await,
        }
        if step % 500 == 0 {
            let plain = model.settings.clone();
            model.search(&plain).await;
        }
    }
    model.end(begun).await
}

/// Every kind of write, with an error at each of its steps in turn: the first write to the disk, the second, …
pub async fn every_step(on_postgres: bool) -> Row {
    let begun = Instant::now();
    let dir = TempDir::new().expect("a temporary folder");
    let mut server = None;
    let (settings, breaker) = if on_postgres {
        let server = server.insert(postgres().await);
        let url = server.create_database("chaos").await.expect("a database");
        let line = Line::to(&url).await;
        (Settings { database_url: Some(line.url.clone()), ..Settings::in_dir(dir.path()) }, Breaker::Line(line))
    } else {
        on_a_disk(dir.path())
    };
    let database = if on_postgres { "PostgreSQL" } else { "SQLite" };
    let fault = if on_postgres { "the line breaks at every message" } else { "an I/O error at every step" };
    let mut model = Model::new(fault, database, settings, breaker).await;
    let mut dice = Dice::new(7);
    for way in 0..2 {
        for act in ACTS {
            for step in 0..200 {
                model.write(&mut dice).await;
                match &model.breaker {
                    Breaker::Disk(disk) => disk.fail([Fault::Full, Fault::Write][way], step, 1),
                    Breaker::Line(line) => line.cut(step, way == 0),
                    Breaker::Other => {}
                }
                model.act(act, &mut dice).await;
                let has_struck = model.breaker.has_struck();
                model.breaker.lift();
                model.row.runs += usize::from(has_struck);
                if !model.write(&mut dice).await {
                    model.row.wrong.push(format!("{act:?}, step {step}: the next write failed"));
                }
                if !has_struck {
                    break;
                }
            }
            let plain = model.settings.clone();
            model.search(&plain).await;
        }
    }
    let row = model.end(begun).await;
    drop(server);
    row
}
