//! Pages of apps, among resources and extensions.

use std::sync::Arc;

use super::Server;
use super::stock::Stock;
use crate::apps::{App, EXTENSION, page_of};
use crate::error::BuildError;
use crate::extension::Extension;
use crate::resource::Resources;

/// Turns a server's pages into a resource set and the extension that tells of them.
pub(super) fn add(server: &mut Server) -> Result<(), BuildError> {
    let apps = std::mem::take(&mut server.apps);
    if apps.is_empty() {
        return Ok(());
    }
    let mut resources = Resources::new();
    for app in apps {
        if let Some(reason) = app.fault() {
            return Err(BuildError::App { uri: app.uri().to_owned(), reason });
        }
        resources = App::add_to(app, resources);
    }
    server.resources.push(Arc::new(resources));
    if !server.extensions.iter().any(|extension| extension.identifier == EXTENSION) {
        server.extensions.push(Extension::new(EXTENSION));
    }
    Ok(())
}

/// Whether the pages that tools name are there.
pub(super) fn check(stock: &Stock) -> Result<(), BuildError> {
    let resources = stock.resources.now();
    for tool in stock.tools.now().catalog().items().iter() {
        let Some(uri) = page_of(tool) else {
            continue;
        };
        if !uri.starts_with("ui://") || !resources.has(uri) {
            let reason = format!("the tool `{}` names it, but there is no such page", tool.name);
            return Err(BuildError::App { uri: uri.to_owned(), reason });
        }
    }
    Ok(())
}
