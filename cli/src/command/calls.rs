//! How the API behind `toolwright serve` is called.

use std::time::Duration;

use clap::Args;
use toolwright::rest::UpstreamBuilder;

/// Limits of the calls, and what is allowed.
#[derive(Debug, Args)]
pub(crate) struct Calls {
    /// Time for a whole call [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    timeout: Option<u32>,
    /// How often a call is made again that failed on the way, if that does no harm [default: 2]
    #[arg(long, value_name = "N")]
    retries: Option<u32>,
    /// Calls at the same time; others wait [default: 64]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    concurrency: Option<u32>,
    /// Requests in a second; others wait [default: 200]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    rate: Option<u32>,
    /// Bytes that the API may answer with [default: 8388608]
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u32).range(1..))]
    max_response: Option<u32>,
    /// Call operations that want credentials without, if none are set
    #[arg(long)]
    anonymous: bool,
    /// Let the document lead to this machine and to private networks
    #[arg(long)]
    allow_private: bool,
}

impl Calls {
    /// Sets what was given; the environment has been asked already.
    pub(crate) fn apply(self, upstream: UpstreamBuilder) -> UpstreamBuilder {
        let wide = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        let upstream = upstream.limit(|limits| {
            if let Some(seconds) = self.timeout {
                limits.total = Duration::from_secs(seconds.into());
                limits.first_byte = limits.total;
            }
            limits.retries = self.retries.unwrap_or(limits.retries);
            limits.concurrency = self.concurrency.map_or(limits.concurrency, wide);
            limits.rate = self.rate.unwrap_or(limits.rate);
            limits.reply = self.max_response.map_or(limits.reply, wide);
        });
        let upstream = if self.anonymous { upstream.anonymous() } else { upstream };
        if self.allow_private { upstream.allow_private() } else { upstream }
    }
}
