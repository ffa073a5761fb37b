//! The files of the console: in the program of a release build, and read from `console/dist` at run time in
//! a development build, so that a change of the console needs no build of the program.

use std::borrow::Cow;
use web::Console;

/// The console of this build; empty if `console/dist` was not there.
pub fn console() -> Console {
    Console::new(find)
}

#[cfg(not(debug_assertions))]
fn find(path: &str) -> Option<Cow<'static, [u8]>> {
    /// What the build of the console wrote.
    #[derive(rust_embed::RustEmbed)]
    #[folder = "../../console/dist"]
    #[allow_missing = true]
    struct Files;

    // Named so that the program is built anew when the console is: a folder that was missing or has
    // further files now is no change that the compiler sees by itself.
    const _: Option<&str> = option_env!("SMARTPUSH_CONSOLE_BUILD");
    Files::get(path).map(|file| file.data)
}

#[cfg(debug_assertions)]
fn find(path: &str) -> Option<Cow<'static, [u8]>> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../console/dist");
    std::fs::read(folder.join(path)).ok().map(Cow::Owned)
}
