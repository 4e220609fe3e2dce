//! Mends of the official schemas, each with its reason and the revisions it is for.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::error::Error;
use super::overlay::Overlay;

/// The definitions of a schema by official name.
pub(crate) type Defs = BTreeMap<String, Value>;

/// A mend.
struct FixUp {
    name: &'static str,
    reason: &'static str,
    /// First revision with the fault.
    since: &'static str,
    /// Last revision with the fault, where it was mended.
    until: Option<&'static str>,
    /// Mends; `false` where there was nothing to mend.
    apply: fn(&mut Defs, &mut Overlay) -> bool,
}

const FIX_UPS: &[FixUp] = &[
    FixUp {
        name: "params-keep-meta",
        reason: "requests and notifications redeclare the params of their base and so lose the \
                 `_meta` that every message may carry",
        since: "2024-11-05",
        until: Some("2025-06-18"),
        apply: params_keep_meta,
    },
    FixUp {
        name: "single-messages",
        reason: "the message union lists two kinds of arrays, which JSON alone cannot tell apart; \
                 batches have definitions of their own",
        since: "2025-03-26",
        until: Some("2025-03-26"),
        apply: single_messages,
    },
    FixUp {
        name: "whole-number-ids",
        reason: "schema.ts says `number` where request ids and progress tokens have to be integers",
        since: "2024-11-05",
        until: None,
        apply: whole_number_ids,
    },
    FixUp {
        name: "input-required-constant",
        reason: "only prose says that this result is told apart by its `resultType`",
        since: "2026-07-28",
        until: None,
        apply: input_required_constant,
    },
    FixUp {
        name: "deprecated-contexts",
        reason: "the whole member is marked as deprecated where only two of its values are meant",
        since: "2026-07-28",
        until: None,
        apply: deprecated_contexts,
    },
];

/// Applies what is meant for `revision`.
///
/// # Errors
/// Names the fix-up that found nothing to mend.
pub(crate) fn apply(revision: &str, defs: &mut Defs, overlay: &mut Overlay) -> Result<(), Error> {
    // Extensions have names instead of dates, and no faults so far.
    if !revision.starts_with(|c: char| c.is_ascii_digit()) {
        return Ok(());
    }
    for fix in FIX_UPS {
        let meant = fix.since <= revision && fix.until.is_none_or(|until| revision <= until);
        if meant && !(fix.apply)(defs, overlay) {
            let (name, reason) = (fix.name, fix.reason);
            return Err(Error::FixUp { name, revision: revision.to_owned(), reason });
        }
    }
    Ok(())
}

fn params_keep_meta(defs: &mut Defs, _: &mut Overlay) -> bool {
    let base = |name: &str| defs.get(name)?.pointer("/properties/params/properties/_meta").cloned();
    let (Some(request), Some(notification)) = (base("Request"), base("Notification")) else {
        return false;
    };
    let mut mended = false;
    for (name, def) in defs {
        let meta = match name {
            name if name.ends_with("Request") => &request,
            name if name.ends_with("Notification") => &notification,
            _ => continue,
        };
        if let Some(Value::Object(members)) = def.pointer_mut("/properties/params/properties")
            && !members.contains_key("_meta")
        {
            members.insert("_meta".into(), meta.clone());
            mended = true;
        }
    }
    mended
}

fn single_messages(defs: &mut Defs, _: &mut Overlay) -> bool {
    let alternatives = defs.get_mut("JSONRPCMessage").and_then(|def| def.get_mut("anyOf"));
    let Some(Value::Array(alternatives)) = alternatives else {
        return false;
    };
    let before = alternatives.len();
    alternatives.retain(|alternative| alternative.get("type") != Some(&json!("array")));
    alternatives.len() < before
}

fn whole_number_ids(_: &mut Defs, overlay: &mut Overlay) -> bool {
    ["RequestId", "ProgressToken"].iter().all(|name| {
        let node = overlay.types.get_mut(*name).map(|facts| &mut facts.root);
        node.is_some_and(|node| std::mem::replace(&mut node.number, false))
    })
}

fn input_required_constant(defs: &mut Defs, _: &mut Overlay) -> bool {
    let member = defs
        .get_mut("InputRequiredResult")
        .and_then(|def| def.pointer_mut("/properties/resultType"));
    match member {
        Some(member) if member.get("const").is_none() => {
            *member = json!({"const": "input_required", "type": "string"});
            true
        }
        _ => false,
    }
}

fn deprecated_contexts(_: &mut Defs, overlay: &mut Overlay) -> bool {
    let params = overlay.types.get_mut("CreateMessageRequestParams");
    let Some(node) = params.and_then(|facts| facts.members.get_mut("includeContext")) else {
        return false;
    };
    node.deprecated_values = vec!["thisServer".into(), "allServers".into()];
    std::mem::replace(&mut node.deprecated, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fix_up_without_a_fault_is_an_error() {
        let mut defs = Defs::new();
        let problem = apply("2026-07-28", &mut defs, &mut Overlay::default()).unwrap_err();
        assert!(problem.to_string().contains("no longer applies"), "{problem}");
    }
}
