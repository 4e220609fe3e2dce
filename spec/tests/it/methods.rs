//! Decoding by method.

use serde_json::value::RawValue;
use toolwright_spec::{
    ClientNotification, ClientRequest, Request, Revision, ServerRequest, method,
};

fn raw(text: &str) -> Box<RawValue> {
    RawValue::from_string(text.into()).unwrap()
}

#[test]
fn a_request_is_decoded_by_its_name() {
    let params = raw(r#"{"name":"search","arguments":{"q":"x"}}"#);
    let request = ClientRequest::decode("tools/call", Some(&params)).unwrap();
    assert_eq!(request.name(), method::CallTool::NAME);
    let ClientRequest::CallTool(params) = request else { panic!("{request:?}") };
    assert_eq!(params.name, "search");
}

#[test]
fn absent_params_are_empty_ones() {
    assert!(ClientRequest::decode("tools/list", None).is_ok());
    assert!(ClientNotification::decode("notifications/initialized", None).is_ok());
    let error = ClientRequest::decode("tools/call", None).unwrap_err();
    assert_eq!(error.to_string(), "at /params: missing member `name`");
}

#[test]
fn an_unknown_method_is_its_own_error() {
    let error = ClientRequest::decode("tools/steal", None).unwrap_err();
    assert!(error.is_unknown_method());
    assert_eq!(error.to_string(), "unknown method `tools/steal`");
    // Known, but not from this side.
    assert!(ServerRequest::decode("tools/call", None).unwrap_err().is_unknown_method());
    let error = ClientRequest::decode("tools/call", Some(&raw("[]"))).unwrap_err();
    assert!(!error.is_unknown_method());
    assert_eq!(error.pointer(), "/params");
}

#[test]
fn revisions_know_their_methods() {
    assert!(Revision::V2025_11_25.knows_method("initialize"));
    assert!(!Revision::V2026_07_28.knows_method("initialize"));
    assert!(Revision::V2026_07_28.knows_method("server/discover"));
    assert!(!Revision::V2025_11_25.knows_method("server/discover"));
    assert!(Revision::ALL.iter().all(|revision| revision.knows_method("tools/call")));
    assert!(!Revision::LATEST.knows_method("tools/steal"));
}

#[test]
fn revisions_have_names_and_properties() {
    for revision in Revision::ALL {
        assert_eq!(revision.to_string().parse(), Ok(*revision));
    }
    assert!(Revision::ALL.is_sorted());
    assert_eq!(Revision::ALL.last(), Some(&Revision::LATEST));
    assert!("2026-07-29".parse::<Revision>().unwrap_err().to_string().contains("2026-07-28"));
    assert!(Revision::V2025_11_25.has_handshake() && !Revision::V2026_07_28.has_handshake());
    assert!(Revision::V2025_03_26.has_batches() && !Revision::V2025_06_18.has_batches());
}
