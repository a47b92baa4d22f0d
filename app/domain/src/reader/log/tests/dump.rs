use super::samples::sample;
use crate::reader::log::read_all;
#[test]
#[ignore]
fn dump() {
    for name in std::env::var("DUMP").unwrap().split(',') {
        let r = read_all(&sample(name).unwrap(), name);
        println!("== {name}");
        for c in &r.records {
            println!(
                "{:?} {:?} | {}:{} {:?} obo {:?} {:?} | {} {} {} | {} | {} {:?} | {:?} t={:?} s={:?} tool={:?} {} | {}",
                c.time.map(|t| t.rfc3339()),
                c.time_flag,
                c.actor.kind.word(),
                c.actor.name,
                c.actor.id,
                c.on_behalf_of.as_ref().map(|a| &a.name),
                c.delegation,
                c.verb.word(),
                c.effect.word(),
                c.action,
                c.resource,
                c.outcome.word(),
                c.error,
                c.source_address,
                c.trace,
                c.session,
                c.tool,
                c.needs_review.is_some(),
                c.message.chars().take(60).collect::<String>()
            );
        }
    }
}
