//! `toolwright mock`

use std::future;
use std::io::Write;
use std::sync::Arc;

use clap::Args;

use super::block_on;
use crate::failure::Failure;
use crate::input::Input;
use crate::mock::Mock as Service;

/// Answer REST calls from a document's examples and schemas, for trying things out
#[derive(Debug, Args)]
pub(crate) struct Mock {
    #[command(flatten)]
    input: Input,
    /// Port on the loopback interface; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Answer requests without credentials, too; otherwise some have to be where the document wants
    /// them, whatever they are
    #[arg(long)]
    anonymous: bool,
}

impl Mock {
    /// Runs the command, until it is interrupted.
    pub(crate) fn run(self) -> Result<(), Failure> {
        let api = Arc::new(self.input.load()?.lower()?);
        block_on(async move {
            let service = Service::start(api, self.port, !self.anonymous)
                .await
                .map_err(|error| Failure::other("starting the mock", error))?;
            // The address is what a caller waits for, so it is the only thing on standard output.
            let mut out = std::io::stdout();
            writeln!(out, "{}", service.url())
                .and_then(|()| out.flush())
                .map_err(|error| Failure::other("printing the address", error))?;
            future::pending().await
        })
    }
}
