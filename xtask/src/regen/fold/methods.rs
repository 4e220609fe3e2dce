//! One method over the revisions.

use std::collections::BTreeSet;

use super::history::{History, first_mark};
use crate::regen::error::Error;
use crate::regen::model::{Method, Model, Sender, Span};

pub(super) fn merge(views: &[Model], history: &History) -> Result<Vec<Method>, Error> {
    let names: BTreeSet<&String> =
        views.iter().flat_map(|view| &view.methods).map(|method| &method.name).collect();
    names.into_iter().map(|name| method(name, views, history)).collect()
}

fn method(name: &str, views: &[Model], history: &History) -> Result<Method, Error> {
    let find = |view: &Model| view.methods.iter().find(|method| method.name == name).cloned();
    let found: Vec<Option<Method>> = views.iter().map(find).collect();
    let present = history.present(&found);
    let Some((id, newest)) = present.last() else {
        return Err(conflict(name, "nowhere", "nowhere"));
    };
    for (other, method) in &present {
        let same = (&method.params, &method.result, method.request, &method.rust);
        if same != (&newest.params, &newest.result, newest.request, &newest.rust) {
            let show = |id: &str, method: &Method| {
                format!("params {:?}, result {:?} in {id}", method.params, method.result)
            };
            return Err(conflict(name, &show(other, method), &show(id, newest)));
        }
    }
    let span = |there: &dyn Fn(&Method) -> bool| -> Result<Option<Span>, Error> {
        let found: Vec<Option<&Method>> =
            found.iter().map(|method| method.as_ref().filter(|method| there(method))).collect();
        if found.iter().all(Option::is_none) {
            return Ok(None);
        }
        history.span(name, &found).map(Some)
    };
    let client = span(&|method| method.client.is_some())?;
    let server = span(&|method| method.server.is_some())?;
    let embedded = span(&|method| method.embedded.is_some())?;
    let message = span(&|method| method.client.is_some() || method.server.is_some())?;
    let from = match (&client, &server) {
        (Some(_), Some(_)) => Sender::Both,
        (Some(_), None) => Sender::Client,
        _ => Sender::Server,
    };
    Ok(Method {
        from,
        span: message.or_else(|| embedded.clone()).unwrap_or_else(|| newest.span.clone()),
        client,
        server,
        embedded,
        params_required: present.iter().flat_map(|(_, m)| m.params_required.clone()).collect(),
        deprecated: first_mark(&present, |method| method.deprecated.is_some()),
        ..(*newest).clone()
    })
}

fn conflict(name: &str, left: &str, right: &str) -> Error {
    Error::Conflict {
        what: format!("method `{name}`"),
        left: left.to_owned(),
        right: right.to_owned(),
    }
}
