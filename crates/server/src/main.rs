//! The program `smartpush`. Everything is in the library, so that tests run the same code.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    // Huge pages are more than an idle server fills. Work on the command line keeps them. A kernel that cannot
    // do this costs memory, nothing else.
    if std::env::args_os().any(|word| word == "serve") {
        rustix::thread::disable_transparent_huge_pages(true).unwrap_or_default();
    }
    server::cli::main()
}
