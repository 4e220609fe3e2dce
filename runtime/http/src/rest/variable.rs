//! Names of environment variables.

/// `petstore`, `api-version` → `PETSTORE_API_VERSION`
pub(crate) fn variable_name(api: &str, name: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }
    };
    api.chars().chain(['_']).chain(name.chars()).map(plain).collect()
}
