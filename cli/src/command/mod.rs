//! The subcommands, one file each.

mod calls;
mod check;
mod demo;
mod generate;
mod logout;
mod mock;
mod new;
mod serve;
mod tools;

use clap::Subcommand;

use crate::failure::Failure;

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Check(check::Check),
    Serve(serve::Serve),
    Mock(mock::Mock),
    Generate(generate::Generate),
    New(new::New),
    Demo(demo::Demo),
    Tools(tools::Tools),
    Logout(logout::Logout),
}

impl Command {
    /// Does it.
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self {
            Self::Check(check) => check.run(),
            Self::Serve(serve) => serve.run(),
            Self::Mock(mock) => mock.run(),
            Self::Generate(generate) => generate.run(),
            Self::New(new) => new.run(),
            Self::Demo(demo) => demo.run(),
            Self::Tools(tools) => tools.run(),
            Self::Logout(logout) => logout.run(),
        }
    }
}

/// Runs asynchronous code on this thread.
fn block_on<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::other("starting the runtime", error))?
        .block_on(future)
}

/// `1 tool`, `2 tools`.
fn tools_of(count: usize) -> String {
    format!("{count} tool{}", if count == 1 { "" } else { "s" })
}
