//! The request target: a path template with encoded values, never parsed or joined with data
//! inside, and checked once it is whole.

use std::collections::BTreeMap;

use http::Uri;
use http::uri::{Parts, PathAndQuery};

use super::base::BaseUrl;
use super::encode::{PathSegment, QueryPart, has_dot_segment};
use super::error::CallError;
use super::style::Pair;

/// Bytes of a path and query that are sent.
const LONGEST: usize = (u16::MAX - 1) as usize;

/// A path template taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template {
    parts: Vec<Part>,
    /// A query that the template itself brings.
    query: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(PathSegment),
    Placeholder(String),
}

impl Template {
    /// Takes a template apart; a fragment is dropped, some documents use it to tell apart
    /// operations of one path.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub(crate) fn parse(template: &str) -> Result<Self, &'static str> {
        let template = template.split('#').next().unwrap_or_default();
        let (path, query) = template.split_once('?').unwrap_or((template, ""));
        if !path.starts_with('/') {
            return Err("its path does not begin with a slash");
        }
        if has_dot_segment(path) {
            return Err("its path contains `.` or `..` as a segment");
        }
        let mut parts = Vec::new();
        let mut rest = path;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, after)) = after.split_once('}') else {
                return Err("its path has a brace without its counterpart");
            };
            parts.push(Part::Literal(PathSegment::literal(before)));
            parts.push(Part::Placeholder(name.to_owned()));
            rest = after;
        }
        parts.push(Part::Literal(PathSegment::literal(rest)));
        Ok(Self { parts, query: PathSegment::literal(query).as_str().replace("%3F", "?") })
    }

    /// Names of the placeholders.
    pub(crate) fn placeholders(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Placeholder(name) => Some(name.as_str()),
            Part::Literal(_) => None,
        })
    }

    /// The URL of a call: `values` are encoded, by placeholder; `whole` is a query that stands
    /// before the pairs.
    pub(crate) fn fill(
        &self,
        base: &BaseUrl,
        values: &BTreeMap<&str, String>,
        whole: Option<&QueryPart>,
        pairs: &[Pair],
    ) -> Result<Uri, CallError> {
        let mut path = base.prefix.clone();
        let mut slashes = base.prefix.matches('/').count();
        for part in &self.parts {
            match part {
                Part::Literal(text) => {
                    slashes += text.as_str().matches('/').count();
                    path.push_str(text.as_str());
                }
                Part::Placeholder(name) => match values.get(name.as_str()) {
                    Some(value) => path.push_str(value),
                    None => return Err(CallError::Missing(name.clone())),
                },
            }
        }
        if path.matches('/').count() != slashes || has_dot_segment(&path) {
            return Err(CallError::Build("the arguments would change which path is called"));
        }
        let mut target = path.clone();
        let mut separator = '?';
        let fixed = (!self.query.is_empty()).then(|| self.query.clone());
        let whole = whole.map(|text| text.as_str().to_owned());
        let pairs =
            pairs.iter().map(|(name, value)| format!("{}={}", name.as_str(), value.as_str()));
        for pair in fixed.into_iter().chain(whole).chain(pairs) {
            target.push(separator);
            target.push_str(&pair);
            separator = '&';
        }
        checked(base, &path, target)
    }
}

/// The URL, if it goes exactly where the template says.
fn checked(base: &BaseUrl, path: &str, target: String) -> Result<Uri, CallError> {
    if target.len() > LONGEST {
        return Err(CallError::TooLarge { size: target.len(), limit: LONGEST });
    }
    const CHANGED: CallError = CallError::Build("the URL came out other than it was put together");
    let mut parts = Parts::default();
    parts.scheme = Some(base.scheme.clone());
    parts.authority = Some(base.authority.clone());
    let target_text = target.clone();
    let target = PathAndQuery::try_from(target).map_err(|_| CHANGED)?;
    parts.path_and_query = Some(target);
    let uri = Uri::from_parts(parts).map_err(|_| CHANGED)?;
    let same = uri.scheme() == Some(&base.scheme)
        && uri.authority() == Some(&base.authority)
        && uri.path() == path
        && path.starts_with(&base.prefix)
        && uri.path_and_query().map(PathAndQuery::as_str) == Some(target_text.as_str());
    if same { Ok(uri) } else { Err(CHANGED) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(template: &str, values: &[(&'static str, &str)]) -> Result<String, CallError> {
        let base = BaseUrl::operator("http://host:1/api/").unwrap();
        let values = values.iter().map(|(name, value)| (*name, value.to_string())).collect();
        let pairs = [(QueryPart::data("q"), QueryPart::data("a&b"))];
        let uri = Template::parse(template).unwrap().fill(&base, &values, None, &pairs)?;
        Ok(uri.to_string())
    }

    #[test]
    fn values_fill_their_placeholders() {
        assert_eq!(
            filled("/a/{id}.json", &[("id", "1")]).unwrap(),
            "http://host:1/api/a/1.json?q=a%26b"
        );
        assert_eq!(
            filled("/a b?fixed=1#variant", &[]).unwrap(),
            "http://host:1/api/a%20b?fixed=1&q=a%26b"
        );
        assert!(matches!(filled("/{id}", &[]), Err(CallError::Missing(_))));
    }

    #[test]
    fn values_that_change_the_path_are_caught_even_unencoded() {
        for value in ["a/b", "..", "%2e%2E", "?x", "#x"] {
            assert!(filled("/a/{id}", &[("id", value)]).is_err(), "{value}");
        }
        assert!(filled("/{a}{b}", &[("a", "."), ("b", ".")]).is_err());
    }

    #[test]
    fn templates_that_lead_elsewhere_are_refused() {
        for template in ["a", "", "/a/../b", "/%2e%2e/b", "/{a", "//host/../x"] {
            assert!(Template::parse(template).is_err(), "{template}");
        }
    }
}
