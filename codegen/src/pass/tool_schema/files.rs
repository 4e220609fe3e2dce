//! What models are told of files among the arguments: in which forms they can be given.

use crate::json::{Map, Value};

use crate::ir::{Body, BodyKind, Operation};
use crate::pointer::join;

const ONE: &str = "Base64, or a `data:` URI.";
const EACH: &str = "Each is base64, or a `data:` URI.";
/// References in a row.
const HOPS: usize = 8;

/// Says it in the descriptions of the operation's files.
pub(super) fn tell(operation: &mut Operation) {
    let Some(body) = operation.http.as_ref().and_then(|http| http.body.as_ref()) else { return };
    if !matches!(body.kind, BodyKind::Binary | BodyKind::Multipart) {
        return;
    }
    let mut schema = operation.input_schema.value();
    tell_in(&mut schema, body);
    operation.input_schema = schema.into();
}

/// Says it in a schema of the operation that has this body.
pub(super) fn tell_in(schema: &mut Value, body: &Body) {
    if !matches!(body.kind, BodyKind::Binary | BodyKind::Multipart) {
        return;
    }
    let argument = join("/properties", &body.argument);
    for at in places(schema, body, &argument) {
        let Some(Value::Object(members)) = schema.pointer_mut(&at) else { continue };
        say(members);
    }
}

/// Where the files are.
fn places(schema: &Value, body: &Body, argument: &str) -> Vec<String> {
    if body.kind == BodyKind::Binary {
        return vec![argument.to_owned()];
    }
    let whole = followed(schema, argument.to_owned());
    let named = body.encoding.iter().filter(|(_, encoding)| encoding.base64);
    let named = named.map(|(name, _)| join(&format!("{whole}/properties"), name));
    let items = body.item_encoding.as_ref().filter(|encoding| encoding.base64);
    named.chain(items.map(|_| format!("{whole}/items"))).collect()
}

/// The place that the one at `at` refers to.
fn followed(schema: &Value, mut at: String) -> String {
    for _ in 0..HOPS {
        let reference = schema.pointer(&at).and_then(|one| one.get("$ref")).and_then(Value::as_str);
        match reference.and_then(|reference| reference.strip_prefix('#')) {
            Some(target) => at = target.to_owned(),
            None => break,
        }
    }
    at
}

fn say(members: &mut Map) {
    let text = if members.get("type").is_some_and(|kind| kind == "array") { EACH } else { ONE };
    let said = members.get("description").and_then(Value::as_str).unwrap_or_default().trim_end();
    let said = match said.chars().last() {
        None => text.to_owned(),
        Some('.' | '!' | '?' | ':') => format!("{said} {text}"),
        Some(_) => format!("{said}. {text}"),
    };
    members.insert("description", said);
}

#[cfg(test)]
mod tests {
    use crate::pass::lower;
    use crate::select::Options;
    use crate::source::Document;

    #[test]
    fn files_are_told_in_all_their_forms() {
        let text = "
openapi: 3.1.0
paths:
  /form:
    post:
      operationId: form
      requestBody: {content: {multipart/form-data: {schema: {$ref: '#/components/schemas/Form'}}}}
  /raw:
    put:
      operationId: raw
      requestBody: {description: The cover, content: {image/png: {}}}
components:
  schemas:
    Form:
      type: object
      properties:
        text: {type: string}
        one: {type: string, format: binary, description: 'A picture?'}
        many: {type: array, items: {type: string, format: binary}}
";
        let document = Document::parse("x.yaml", text.as_bytes()).unwrap();
        for profile in [crate::Profile::Common, crate::Profile::Full, crate::Profile::Strict] {
            let options = Options { profile: Some(profile), ..Options::default() };
            let operations = lower(&document, &options).api.unwrap().operations;
            let of = |index: usize| operations[index].input_schema.as_str().to_owned();
            let (form, raw) = (of(0), of(1));
            assert!(form.contains("\"A picture? Base64, or a `data:` URI.\""), "{form}");
            assert!(form.contains("\"Each is base64, or a `data:` URI.\""), "{form}");
            assert_eq!(form.matches("URI").count(), 2, "{form}");
            assert!(raw.contains("\"The cover. Base64, or a `data:` URI.\""), "{raw}");
        }
    }
}
