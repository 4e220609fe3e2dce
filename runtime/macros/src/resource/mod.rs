//! `#[resources]`: an `impl` block as a `ResourceSet`.

mod options;
mod print;
mod template;

use proc_macro2::TokenStream;
use syn::{Attribute, Error, ImplItemFn};

use self::options::Options;
use crate::block;
use crate::errors::{Errors, both};
use crate::method::{Method, unique};
use crate::subject::Subject;

const RESOURCES: Subject = Subject {
    attribute: "#[resources]",
    mark: "resource",
    noun: "a resource",
    arguments: &["name", "default", "complete"],
};

pub(crate) fn expand(options: &TokenStream, item: TokenStream) -> TokenStream {
    let check = |resources: &[Resource], errors: &mut Errors| {
        unique(RESOURCES.noun, resources.iter().map(|resource| &resource.method), errors);
        for (index, resource) in resources.iter().enumerate() {
            let uri = &resource.options.uri;
            let mut earlier = resources.iter().take(index);
            if earlier.any(|other| other.options.uri.value() == uri.value()) {
                errors.push(Error::new(uri.span(), "another resource has this URI"));
            }
        }
    };
    block::expand(&RESOURCES, options, item, Resource::read, check, print::resource_set)
}

/// A method marked `#[resource]`.
struct Resource {
    method: Method,
    options: Options,
    /// The variables of its template; `None`: the URI has none.
    variables: Option<Vec<String>>,
}

impl Resource {
    fn read(mark: &Attribute, item: &ImplItemFn) -> syn::Result<Self> {
        let options = Options::read(mark);
        let name = options.as_ref().ok().and_then(|options| options.name.as_ref());
        let method = Method::read(&RESOURCES, name, item);
        let (options, method) = both(options, method)?;
        let mut errors = Errors::default();
        let variables = errors.take(template::variables(&options.uri)).unwrap_or_default();
        let is_template = options.uri.value().contains(['{', '}']);
        if errors.is_empty() {
            check_variables(&variables, &method, &options, &mut errors);
        }
        if is_template && let Some(size) = &options.size {
            let message = "a template stands for many resources, so it has no size";
            errors.push(Error::new(size.span(), message));
        }
        if method.output.is_none() {
            let message = "a resource returns what is read: text, bytes or contents";
            errors.push(Error::new(method.function.span(), message));
        }
        let variables = is_template.then_some(variables);
        errors.into_result(Self { method, options, variables })
    }
}

/// Every variable needs a parameter, and every parameter a variable.
fn check_variables(variables: &[String], method: &Method, options: &Options, errors: &mut Errors) {
    for variable in variables {
        if !method.parameters().any(|parameter| parameter.name == *variable) {
            let message = format!(
                "no parameter takes the variable `{variable}`: add one of that name, or with \
                 #[arg(name = \"{variable}\")]"
            );
            errors.push(Error::new(options.uri.span(), message));
        }
    }
    for parameter in method.parameters() {
        if !variables.contains(&parameter.name) {
            let name = &parameter.name;
            let message = format!(
                "the URI has no variable `{name}`: write {{{name}}} where its value stands"
            );
            errors.push(Error::new(parameter.name_span, message));
        }
    }
}
