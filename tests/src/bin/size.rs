//! What a first visit loads, compressed as browsers load it; fails above the budget.

use std::process::ExitCode;

/// 350 KB for the browser's part and the stylesheet.
const BUDGET_BYTES: usize = 350 * 1024;

fn main() -> ExitCode {
    let mut total = 0;
    for file in server::assets::FILES.iter().filter(|file| file.path.starts_with("/assets/")) {
        println!("{:>9}  {}", file.brotli.len(), file.path);
        total += file.brotli.len();
    }
    println!("{total:>9}  in all, of {BUDGET_BYTES} allowed (brotli)");
    if server::assets::START.is_empty() {
        eprintln!("The browser's part is not in this build: run `make site` first.");
        return ExitCode::FAILURE;
    }
    if total > BUDGET_BYTES { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
