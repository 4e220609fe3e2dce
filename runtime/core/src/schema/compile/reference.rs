//! `$ref` and its kin, resolved within the document.

use std::rc::Rc;

use super::{Compiler, Place};
use crate::pointer::unescape;
use crate::schema::instance::Instance;
use crate::schema::node::{InPlace, NodeId};
use crate::schema::{SchemaError, uri};

impl<'a, 't> Compiler<'a, 't> {
    /// Adds what a subschema refers to.
    pub(super) fn references(
        &mut self,
        place: &Place<'a, 't>,
        rules: &mut Vec<InPlace>,
    ) -> Result<(), SchemaError> {
        for keyword in ["$ref", "$dynamicRef", "$recursiveRef"] {
            if let Some(reference) = place.text(keyword)? {
                let target = self.resolve(place, keyword, reference)?;
                rules.push(InPlace::All(vec![target]));
            }
        }
        Ok(())
    }

    fn resolve(
        &mut self,
        place: &Place<'a, 't>,
        keyword: &str,
        reference: &str,
    ) -> Result<NodeId, SchemaError> {
        let pointer = place.below(keyword);
        let (uri, fragment) = uri::split(reference);
        let base = uri::resolve(&place.base, uri);
        let Some(resource) = self.index.resource(&base) else {
            return Err(SchemaError::External { pointer, reference: reference.to_owned() });
        };
        let fragment = uri::percent_decoded(fragment.unwrap_or_default());
        let target = if fragment.is_empty() {
            Some(resource)
        } else if fragment.starts_with('/') {
            follow(resource, &fragment)
        } else {
            self.anchored(&base, &fragment, keyword == "$dynamicRef")
        };
        let Some(target) = target else {
            return Err(SchemaError::Dangling { pointer, reference: reference.to_owned() });
        };
        // A pointer may lead to where no keyword expects a schema.
        let base: Rc<str> = Rc::from(base);
        if self.index.base_of(target).is_none() {
            self.index.walk(target, &base)?;
        }
        let pointer = if uri.is_empty() { fragment } else { reference.to_owned() };
        self.node(Place { schema: target, pointer, base, depth: 0 })
    }

    fn anchored(&self, base: &str, name: &str, dynamic: bool) -> Option<&'a Instance<'t>> {
        let (schema, is_dynamic) = self.index.anchor(base, name)?;
        let outermost = (dynamic && is_dynamic).then(|| self.index.outermost(name)).flatten();
        Some(outermost.unwrap_or(schema))
    }
}

fn follow<'a, 't>(root: &'a Instance<'t>, pointer: &str) -> Option<&'a Instance<'t>> {
    pointer.split('/').skip(1).try_fold(root, |at, token| {
        let token = unescape(token);
        match at {
            Instance::Array(items) => items.get(token.parse::<usize>().ok()?),
            other => other.member(&token),
        }
    })
}
