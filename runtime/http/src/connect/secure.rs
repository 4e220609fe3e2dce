//! TLS over connections.

use hyper_rustls::HttpsConnectorBuilder;
use rustls::CertificateError;

use crate::dial::{BoxError, Dial, Failed, Stage, causes};
pub(crate) use crate::trust::Tls;

/// Secures connections; an error says why that cannot be.
pub(crate) fn secure(dial: Dial, tls: &Tls) -> Result<Dial, String> {
    let secured = HttpsConnectorBuilder::new()
        .with_tls_config(tls.config()?)
        .https_only()
        .enable_http1()
        .wrap_connector(dial);
    Ok(Dial::new(secured).explained(explain))
}

/// Says what to do about certificates; errors of other kinds stay as they are.
fn explain(error: BoxError) -> BoxError {
    let found = causes(&*error).find_map(|cause| cause.downcast_ref::<rustls::Error>());
    let Some(fault) = found else { return error };
    let advice = match fault {
        rustls::Error::InvalidCertificate(
            CertificateError::UnknownIssuer | CertificateError::BadSignature,
        ) => {
            ": nobody who is trusted issued it; trust the issuer with `Http::root_certificate` if \
             it is yours"
        }
        rustls::Error::InvalidCertificate(
            CertificateError::Expired | CertificateError::ExpiredContext { .. },
        ) => ": it has to be renewed, unless the clock of this machine is wrong",
        rustls::Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => ": connect under a name that the certificate has",
        rustls::Error::InvalidMessage(_) => ": does the server speak TLS at this port?",
        _ => "",
    };
    Failed::boxed(Stage::Tls, format!("{fault}{advice}"))
}
