//! How servers get to HTTP.

use toolwright_core::Server;

use super::error::Error;
use super::options::Options;
use super::runner::Runner;
use super::service::Service;

/// Offers a server over HTTP.
pub trait Serve: Sized {
    /// Runs the server on an address such as `127.0.0.1:8000`, at the path `/mcp`.
    fn http(self, address: impl Into<String>) -> Runner;

    /// A service to be mounted in an application, with default options: it takes requests at any
    /// path, under the names of this machine.
    ///
    /// # Errors
    /// The server cannot be built.
    fn into_http_service(self) -> Result<Service, Error> {
        self.into_http_service_with(&Options::new())
    }

    /// A service with other options.
    ///
    /// # Errors
    /// The server cannot be built, or the options are not in order.
    fn into_http_service_with(self, options: &Options) -> Result<Service, Error>;
}

impl Serve for Server {
    fn http(self, address: impl Into<String>) -> Runner {
        Runner::new(self.build(), address.into())
    }

    fn into_http_service_with(self, options: &Options) -> Result<Service, Error> {
        Service::new(self.build()?, options)
    }
}

impl Serve for toolwright_core::Service {
    fn http(self, address: impl Into<String>) -> Runner {
        Runner::new(Ok(self), address.into())
    }

    fn into_http_service_with(self, options: &Options) -> Result<Service, Error> {
        Service::new(self, options)
    }
}
