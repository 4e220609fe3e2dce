//! Server URLs of the document with their variables filled in.

use std::collections::BTreeMap;

use super::Error;
use super::descriptor::{Server, Variable};

/// The URL of a server; `values` are the operator's.
pub(crate) fn url(server: &Server, values: &BTreeMap<String, String>) -> Result<String, Error> {
    let mut url = String::new();
    let mut rest = server.url.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else {
            break;
        };
        url.push_str(before);
        url.push_str(&value(name, server.variables.get(name), values.get(name))?);
        rest = after;
    }
    url.push_str(rest);
    Ok(url)
}

fn value(name: &str, variable: Option<&Variable>, given: Option<&String>) -> Result<String, Error> {
    let refuse = |value: &str, reason: String| Error::Variable {
        name: name.to_owned(),
        value: value.to_owned(),
        reason,
    };
    let value = match (given, variable) {
        (Some(given), _) => given,
        (None, Some(variable)) => &variable.default,
        (None, None) => return Err(refuse("", "the document gives it no default".to_owned())),
    };
    let allowed = variable.map_or(&[][..], |variable| &variable.values);
    if !allowed.is_empty() && !allowed.contains(value) {
        return Err(refuse(value, format!("it is one of {}", allowed.join(", "))));
    }
    let harmless = |c: char| c.is_ascii_alphanumeric() || "-._~:/[]".contains(c);
    if !value.chars().all(harmless) {
        let reason = "it takes letters, digits and `-._~:/` only".to_owned();
        return Err(refuse(value, reason));
    }
    Ok(value.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server() -> Server {
        serde_json::from_str(
            r#"{"url":"https://{region}.example.com/{base}","variables":{
                "region":{"default":"eu","enum":["eu","us"]},"base":{"default":"v1"}}}"#,
        )
        .unwrap()
    }

    fn filled(values: &[(&str, &str)]) -> Result<String, Error> {
        let values =
            values.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        url(&server(), &values)
    }

    #[test]
    fn variables_have_defaults_and_take_the_operators_values() {
        assert_eq!(filled(&[]).unwrap(), "https://eu.example.com/v1");
        assert_eq!(
            filled(&[("region", "us"), ("base", "v2/x")]).unwrap(),
            "https://us.example.com/v2/x"
        );
    }

    #[test]
    fn values_outside_the_enumeration_are_refused() {
        let error = filled(&[("region", "evil.org/")]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the server variable `region` cannot be `evil.org/`: it is one of eu, us"
        );
        assert!(filled(&[("base", "v1?x=")]).is_err());
        assert!(filled(&[("base", "a@b")]).is_err());
    }
}
