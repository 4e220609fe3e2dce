//! Which URIs an operation is read under.

use toolwright_core::resource::UriTemplate;

use super::descriptor::Resource;

/// Which URIs an operation has.
#[derive(Debug)]
pub(crate) struct Readable {
    pub(crate) template: UriTemplate,
    pub(crate) mime_type: Option<String>,
}

impl Readable {
    pub(crate) fn new(resource: Resource) -> Result<Self, String> {
        let template = UriTemplate::new(&resource.uri)
            .map_err(|error| format!("its URI `{}` can't be used: {error}", resource.uri))?;
        Ok(Self { template, mime_type: resource.mime_type })
    }
}
