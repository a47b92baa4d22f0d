//! Watching, measured on a real server: `watch BINARY [story|benign|kills] …`. It fails where a bound does not hold.

use std::time::Duration;

use acceptance::watching::{Form, benign, kills, story};

#[tokio::main]
async fn main() -> std::process::ExitCode {
    let mut arguments = std::env::args().skip(1);
    let binary: &'static str = arguments.next().expect("the binary to run").leak();
    let wanted: Vec<String> = arguments.collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == name);
    let number = |name: &str, usual: u64| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual);
    let rate = std::env::var("RATE").ok().and_then(|text| text.parse().ok());
    let mut is_well = true;
    if is_wanted("story") {
        is_well &= story(binary, number("RUNS", 100) as usize).await;
    }
    for (name, form) in [("benign", Form::Lines), ("otlp", Form::Otlp)] {
        if is_wanted(name) {
            is_well &= benign(binary, form, number("RECORDS", 1_000_000) as usize, rate).await;
        }
    }
    if is_wanted("kills") {
        let (lasting, every) = (Duration::from_secs(number("LASTING", 300)), Duration::from_secs(number("EVERY", 20)));
        is_well &= kills(binary, lasting, every).await;
    }
    if !is_well {
        eprintln!("A bound does not hold: look above.");
        return std::process::ExitCode::FAILURE;
    }
    std::process::ExitCode::SUCCESS
}
