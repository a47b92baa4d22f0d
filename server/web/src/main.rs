//! The one binary, `inquest`.

use std::process::ExitCode;
use std::time::Duration;

/// Gives memory back to the system between bursts; see `Cargo.toml` for what was measured.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Readings that still compute when the server stops are taken up by the next start: they are not waited for.
const THREADS_MAX: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("inquest: no threads can be started: {error}");
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(server::cli::run());
    runtime.shutdown_timeout(THREADS_MAX);
    code
}
