//! Tool, arguments, and the request: its first line without the version, the headers that matter,
//! and the body after an empty line. What is said before a case is where OpenAPI 3.2.0 has its rule;
//! the styles of parameters are not here, they are computed (`style`).

pub(super) const CASES: &[(&str, &str, &str)] = &[
    // `allowReserved` in the path and in the query: "Fixed Fields for use with `schema`", and what
    // "URL Percent-Encoding" and "Path Templating" forbid there is encoded all the same.
    (
        "reserved",
        r#"{"id":"a:b@c?d","q":"/a:b?c=d&e#f%20 +%"}"#,
        "GET /reserved/a:b@c%3Fd?q=/a:b?c=d%26e%23f%20%20%2B%25",
    ),
    ("reserved", r#"{"id":"a"}"#, "GET /reserved/a"),
    // "Fixed Fields for use with `content`": JSON text, encoded where its place asks for it.
    (
        "content",
        r#"{"p":[1,2],"q":[{"a":1,"b":"x&y"}],"X-Json":[{"a":1,"b":"x y"}],"c":[{"a":1}]}"#,
        "GET /content/%5B1%2C2%5D?q=%5B%7B%22a%22%3A1%2C%22b%22%3A%22x%26y%22%7D%5D\nx-json: [{\"a\":1,\"b\":\"x y\"}]\ncookie: c=%5B%7B%22a%22%3A1%7D%5D",
    ),
    // Beyond the tables: what is in a list is JSON text, deep lists have indices ("Delimiters in
    // Parameter Values", "Extending Support for Querystring Formats" leave both open).
    (
        "objects",
        r#"{"form":[{"a":1},{"b":"x"}],"deep":[{"a":1},{"b":"x"}],"ids":[1,2]}"#,
        "GET /objects?form=%7B%22a%22%3A1%7D&form=%7B%22b%22%3A%22x%22%7D&deep%5B0%5D%5Ba%5D=1&deep%5B1%5D%5Bb%5D=x&ids%5B%5D=1&ids%5B%5D=2",
    ),
    // `in: querystring`: "Parameter Locations", with the Encoding Objects of "Encoding the
    // `x-www-form-urlencoded` Media Type".
    (
        "whole_form",
        r#"{"q":{"ids":[1,2],"url":"https://a/?b","word":"x y&z"}}"#,
        "GET /whole/form?ids=1%7C2&url=https://a/?b&word=x%20y%26z",
    ),
    ("whole_form", "{}", "GET /whole/form"),
    (
        "whole_json",
        r#"{"q":{"a":1,"b":"x&y"}}"#,
        "GET /whole/json?%7B%22a%22%3A1%2C%22b%22%3A%22x%26y%22%7D",
    ),
    ("whole_text", r#"{"q":"$.a.b[1:1]"}"#, "GET /whole/text?%24.a.b%5B1%3A1%5D"),
    // Names are told apart by their place; that is ours to choose.
    (
        "clash",
        r#"{"id":"p","id_query":"q","id_header":"h","id_cookie":"c","body":"b","body_content":{"id":"x"}}"#,
        "POST /clash/p?id=q&body=b\nid: h\ncontent-type: application/json\ncookie: id=c\n\n{\"id\":\"x\"}",
    ),
    // Path Item Object: `query` and `additionalOperations`, whose names are sent as they are.
    (
        "method_query",
        r#"{"body":{"a":1}}"#,
        "QUERY /methods\ncontent-type: application/json\n\n{\"a\":1}",
    ),
    ("method_copy", r#"{"Destination":"/x"}"#, "COPY /methods\ndestination: /x"),
    ("method_lock", r#"{"body":"x"}"#, "Lock /methods\ncontent-type: text/plain\n\nx"),
    // Security Requirement Object: all schemes of one alternative.
    ("security", "{}", "GET /security?key=k%261\nauthorization: Bearer token\ncookie: sid=s%3B1"),
    // The media types of the responses; RFC 9110, section 12.5.1.
    ("accept", "{}", "GET /accept\naccept: application/json, text/csv;q=0.5"),
    // Request Body Object: `required` is false unless said; Media Type Object: JSON.
    (
        "body_json",
        r#"{"body":{"a":1,"b":"é"}}"#,
        "POST /body_json\ncontent-type: application/json\n\n{\"a\":1,\"b\":\"é\"}",
    ),
    ("body_optional", "{}", "POST /body_optional"),
    (
        "body_optional",
        r#"{"body":{}}"#,
        "POST /body_optional\ncontent-type: application/json\n\n{}",
    ),
    // RFC 7396 and RFC 6902: null removes a member.
    (
        "body_merge",
        r#"{"body":{"a":null,"b":"x"}}"#,
        "PATCH /body_merge\ncontent-type: application/merge-patch+json\n\n{\"a\":null,\"b\":\"x\"}",
    ),
    (
        "body_patch",
        r#"{"body":[{"op":"remove","path":"/a"},{"op":"add","path":"/b","value":[1]}]}"#,
        "PATCH /body_patch\ncontent-type: application/json-patch+json\n\n[{\"op\":\"remove\",\"path\":\"/a\"},{\"op\":\"add\",\"path\":\"/b\",\"value\":[1]}]",
    ),
    // Encoding Object, by content type: an object is JSON, an array one pair for each item.
    (
        "body_form",
        r#"{"body":{"list":["a,b","c|d"],"number":1.5,"text":"x/y&z","thing":{"a":1,"b":"x"}}}"#,
        "POST /body_form\ncontent-type: application/x-www-form-urlencoded\n\nlist=a%2Cb&list=c%7Cd&number=1.5&text=x%2Fy%26z&thing=%7B%22a%22%3A1%2C%22b%22%3A%22x%22%7D",
    ),
    // Encoding Object, by style: `pipeDelimited`, `allowReserved`, `deepObject`.
    (
        "body_styled",
        r#"{"body":{"list":["a,b","c|d"],"number":1.5,"text":"x/y&z","thing":{"a":1,"b":"x"}}}"#,
        "POST /body_styled\ncontent-type: application/x-www-form-urlencoded\n\nlist=a%2Cb%7Cc%7Cd&number=1.5&text=x/y%26z&thing%5Ba%5D=1&thing%5Bb%5D=x",
    ),
    // "Encoding `multipart` Media Types", RFC 7578, with `headers` of Encoding Objects.
    (
        "body_multipart",
        r#"{"body":{"file":"data:text/plain;name=..%2Fa%22.txt,x%20y","list":["a","b"],"pictures":["aGk=","data:image/gif;base64,aGk="],"text":"é","thing":{"a":1}}}"#,
        "POST /body_multipart\ncontent-type: multipart/form-data; boundary=B\n\n--B\nContent-Disposition: form-data; name=\"file\"; filename=\"a%22.txt\"\nContent-Type: text/plain\n\nx y\n--B\nContent-Disposition: form-data; name=\"list\"\n\na,b\n--B\nContent-Disposition: form-data; name=\"pictures\"; filename=\"pictures\"\nContent-Type: image/png\nX-Kind: photo\n\nhi\n--B\nContent-Disposition: form-data; name=\"pictures\"; filename=\"pictures\"\nContent-Type: image/gif\nX-Kind: photo\n\nhi\n--B\nContent-Disposition: form-data; name=\"text\"\nContent-Type: text/plain; charset=utf-8\n\né\n--B\nContent-Disposition: form-data; name=\"thing\"\nContent-Type: application/json\nX-Version: 1.0\n\n{\"a\":1}\n--B--\n",
    ),
    // `itemEncoding`: parts without names.
    (
        "body_mixed",
        r#"{"body":["aGk=","aGk="]}"#,
        "POST /body_mixed\ncontent-type: multipart/mixed; boundary=B\n\n--B\nContent-Type: image/png\n\nhi\n--B\nContent-Type: image/png\n\nhi\n--B--\n",
    ),
    // "Sequential Media Types": JSON Lines, and JSON Text Sequences (RFC 7464).
    (
        "body_lines",
        r#"{"body":[{"a":1},{"b":"x"}]}"#,
        "POST /body_lines\ncontent-type: application/jsonl\n\n{\"a\":1}\n{\"b\":\"x\"}\n",
    ),
    (
        "body_sequence",
        r#"{"body":[{"a":1}]}"#,
        "POST /body_sequence\ncontent-type: application/json-seq\n\n\u{1e}{\"a\":1}\n",
    ),
    // Media Type Object: bodies that are text, bytes (base64 in JSON: RFC 4648), or a range.
    ("body_text", r#"{"body":"a\nb"}"#, "POST /body_text\ncontent-type: text/plain\n\na\nb"),
    (
        "body_xml",
        r#"{"body":"<a b=\"c\"/>"}"#,
        "POST /body_xml\ncontent-type: application/xml\n\n<a b=\"c\"/>",
    ),
    (
        "body_octets",
        r#"{"body":"aGk="}"#,
        "POST /body_octets\ncontent-type: application/octet-stream\n\nhi",
    ),
    (
        "body_any",
        r#"{"body":"data:image/png;base64,aGk="}"#,
        "PUT /body_any\ncontent-type: image/png\n\nhi",
    ),
];

/// Tool, arguments, and what the refusal names.
pub(super) const REFUSED: &[(&str, &str, &str)] = &[
    ("path_simple_false", r#"{"color":""}"#, "`color`"),
    ("path_simple_false", r#"{"color":".."}"#, "`color`"),
    ("path_simple_false", r#"{"color":"a/b"}"#, "`color`"),
    ("path_simple_false", r#"{"color":[]}"#, "`color`"),
    ("path_simple_true", r#"{"color":""}"#, "`color`"),
    ("path_simple_true", r#"{"color":".."}"#, "`color`"),
    ("path_simple_true", r#"{"color":"a/b"}"#, "`color`"),
    ("path_simple_true", r#"{"color":[]}"#, "`color`"),
    ("path_label_false", r#"{"color":""}"#, "`color`"),
    ("path_label_false", r#"{"color":".."}"#, "`color`"),
    ("path_label_false", r#"{"color":"a/b"}"#, "`color`"),
    ("path_label_false", r#"{"color":[]}"#, "`color`"),
    ("path_label_true", r#"{"color":""}"#, "`color`"),
    ("path_label_true", r#"{"color":".."}"#, "`color`"),
    ("path_label_true", r#"{"color":"a/b"}"#, "`color`"),
    ("path_label_true", r#"{"color":[]}"#, "`color`"),
    ("path_matrix_false", r#"{"color":""}"#, "`color`"),
    ("path_matrix_false", r#"{"color":".."}"#, "`color`"),
    ("path_matrix_false", r#"{"color":"a/b"}"#, "`color`"),
    ("path_matrix_false", r#"{"color":[]}"#, "`color`"),
    ("path_matrix_true", r#"{"color":""}"#, "`color`"),
    ("path_matrix_true", r#"{"color":".."}"#, "`color`"),
    ("path_matrix_true", r#"{"color":"a/b"}"#, "`color`"),
    ("path_matrix_true", r#"{"color":[]}"#, "`color`"),
    ("cookie_cookie_false", r#"{"color":"a;b"}"#, "`color`"),
    ("header_simple_false", r#"{"color":"a\r\nb: c"}"#, "`color`"),
    ("header_simple_false", r#"{"color":"é"}"#, "`color`"),
    ("reserved", r#"{"id":"%2e%2e"}"#, "`id`"),
    ("body_json", "{}", "body"),
    ("body_multipart", r#"{"body":{"file":"no base64!"}}"#, "`body.file`"),
];
