//! Questions to a client, and what counts as an answer.

use serde::Deserialize;
use serde_json::value::RawValue;
use toolwright_spec::{
    CreateMessageRequest, CreateMessageRequestParams, CreateMessageResult, ElicitAction,
    ElicitRequest, ElicitRequestFormParams, ElicitRequestParams, ElicitRequestUrlParams,
    ElicitationSchema, InputRequest, ListRootsRequest, ListRootsRequestParams, ListRootsResult,
    Root,
};

use super::error::AskError;
use super::{sampling, url};
use crate::elicit::{Answers, ElicitError};
use crate::seal::digest;
use crate::uri::is_uri;

/// What an answer means: a value, or that there will be none; or why it is no answer.
pub(crate) type Reading<T> = Result<Result<T, AskError>, String>;

/// A question to the client, before it is fitted to its revision.
#[derive(Debug, Clone)]
pub(crate) struct Question(InputRequest);

impl Question {
    pub(crate) fn form(message: String, schema: ElicitationSchema) -> Self {
        let mut params = ElicitRequestFormParams::new(message, schema);
        params.mode = true;
        Self(ElicitRequest::new(ElicitRequestParams::from(params)).into())
    }

    pub(crate) fn url(message: String, url: String) -> Self {
        let params = ElicitRequestUrlParams::new(message, url);
        Self(ElicitRequest::new(ElicitRequestParams::from(params)).into())
    }

    pub(crate) fn sample(params: CreateMessageRequestParams) -> Self {
        Self(CreateMessageRequest::new(params).into())
    }

    pub(crate) fn roots() -> Self {
        let params = ListRootsRequestParams::new();
        Self(ListRootsRequest::new().with_params(params).into())
    }

    pub(crate) fn request(&self) -> &InputRequest {
        &self.0
    }

    /// What is wrong with it, whoever is asked.
    pub(crate) fn fault(&self) -> Option<String> {
        match &self.0 {
            InputRequest::Elicit(request) => match &request.params {
                ElicitRequestParams::Url(params) => url::fault(&params.url).map(str::to_owned),
                _ => None,
            },
            InputRequest::CreateMessage(request) => sampling::fault(&request.params),
            _ => None,
        }
    }

    /// What tells it from other questions.
    pub(crate) fn digest(&self) -> Digest {
        // What cannot be written cannot be asked either.
        let text = serde_json::to_vec(&self.0).unwrap_or_default();
        Digest::of(&[&text])
    }
}

/// A fingerprint, short enough for state that travels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Digest(String);

impl Digest {
    pub(crate) fn of(parts: &[&[u8]]) -> Self {
        let (half, _) = u128s(digest(parts));
        Self(format!("{half:032x}"))
    }

    pub(crate) fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

fn u128s(bytes: [u8; 32]) -> (u128, u128) {
    let mut halves = [[0; 16]; 2];
    halves.as_flattened_mut().copy_from_slice(&bytes);
    let [first, second] = halves.map(u128::from_be_bytes);
    (first, second)
}

/// Reads the answer to a form; `read` gets what was filled in, which fits the form.
pub(crate) fn read_form<T>(
    form: &ElicitationSchema,
    answer: &RawValue,
    read: impl FnOnce(Answers) -> Result<T, ElicitError>,
) -> Reading<T> {
    let content = match elicited(answer)? {
        Ok(content) => content.ok_or("the form was accepted, but `content` is missing")?,
        Err(error) => return Ok(Err(error)),
    };
    let answers = Answers::from_json(content.get()).map_err(|error| error.to_string())?;
    let checked = answers.check(form).and_then(|()| read(answers));
    checked.map(Ok).map_err(|error| format!("content{error}"))
}

/// Reads the answer to a page that the user was sent to.
pub(crate) fn read_url(answer: &RawValue) -> Reading<()> {
    Ok(elicited(answer)?.map(|_| ()))
}

/// Reads what the client's model said.
pub(crate) fn read_sample(
    asked: &CreateMessageRequestParams,
    answer: &RawValue,
) -> Reading<CreateMessageResult> {
    let answer: CreateMessageResult =
        toolwright_spec::from_raw(answer).map_err(|error| error.to_string())?;
    match sampling::answer_fault(asked, &answer) {
        Some(fault) => Err(fault.to_owned()),
        None => Ok(Ok(answer)),
    }
}

/// Reads the client's roots.
///
/// Specification: `client/roots`.
pub(crate) fn read_roots(answer: &RawValue) -> Reading<Vec<Root>> {
    let answer: ListRootsResult =
        toolwright_spec::from_raw(answer).map_err(|error| error.to_string())?;
    let is_file = |root: &Root| {
        let scheme = root.uri.get(..7).unwrap_or_default();
        scheme.eq_ignore_ascii_case("file://") && is_uri(&root.uri)
    };
    match answer.roots.iter().position(|root| !is_file(root)) {
        Some(index) => Err(format!("/roots/{index}/uri is not a `file://` URI")),
        None => Ok(Ok(answer.roots)),
    }
}

/// What the user did, with the content as it came.
fn elicited(answer: &RawValue) -> Reading<Option<&RawValue>> {
    #[derive(Deserialize)]
    struct Answer<'a> {
        action: ElicitAction,
        #[serde(borrow)]
        content: Option<&'a RawValue>,
    }
    let answer: Answer<'_> =
        serde_json::from_str(answer.get()).map_err(|error| error.to_string())?;
    Ok(match answer.action {
        ElicitAction::Accept => Ok(answer.content),
        ElicitAction::Decline => Err(AskError::Declined),
        _ => Err(AskError::Cancelled),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn raw(value: &serde_json::Value) -> Box<RawValue> {
        serde_json::value::to_raw_value(value).unwrap()
    }

    #[test]
    fn an_accepted_form_fits_its_schema() {
        let schema: ElicitationSchema = serde_json::from_value(json!({
            "type": "object",
            "properties": { "name": { "type": "string" }, "age": { "type": "integer" } },
            "required": ["name"],
        }))
        .unwrap();
        let read = |value: serde_json::Value| {
            read_form(&schema, &raw(&value), |answers| answers.field::<String>("name"))
        };
        let content = json!({ "name": "Ada", "age": 36.0, "more": 1 });
        let accepted = json!({ "action": "accept", "content": content });
        assert_eq!(read(accepted).unwrap().unwrap(), "Ada");
        assert_eq!(read(json!({ "action": "decline" })).unwrap(), Err(AskError::Declined));
        assert_eq!(read(json!({ "action": "cancel" })).unwrap(), Err(AskError::Cancelled));
        for bad in [
            json!(7),
            json!(null),
            json!({}),
            json!({ "action": "perhaps" }),
            json!({ "action": "accept" }),
            json!({ "action": "accept", "content": {} }),
            json!({ "action": "accept", "content": [] }),
            json!({ "action": "accept", "content": { "name": 1 } }),
            json!({ "action": "accept", "content": { "name": "x", "age": 1.5 } }),
            json!({ "role": "user" }),
        ] {
            assert!(read(bad.clone()).is_err(), "{bad}");
        }
    }

    #[test]
    fn roots_are_files() {
        let read = |value: serde_json::Value| read_roots(&raw(&value));
        let roots = json!({ "roots": [{ "uri": "file:///home/ada" }, { "uri": "FILE:///" }] });
        assert_eq!(read(roots).unwrap().unwrap().len(), 2);
        assert_eq!(read(json!({ "roots": [] })).unwrap(), Ok(Vec::new()));
        for uri in ["https://shop.example", "/home", "", "file:/x", "file:///a b", "é"] {
            assert!(read(json!({ "roots": [{ "uri": uri }] })).is_err(), "{uri}");
        }
        assert!(read(json!({})).is_err());
    }
}
