//! The program `smartpush`. Everything is in the library, so that tests run the same code.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // The allocator asks for huge pages, of which an idle server fills a fraction: without them it holds half
    // as much memory. A kernel that cannot do this costs memory, nothing else.
    rustix::thread::disable_transparent_huge_pages(true).unwrap_or_default();
    server::cli::main()
}
