//! The expansion of RFC 6570, section 3.2.1 and appendix A, with what OpenAPI adds to it. It is
//! written from these texts and knows nothing of the code that it judges.

/// A value of a parameter; an object's members are in order.
#[derive(Debug, Clone)]
pub(super) enum Data {
    Text(&'static str),
    List(Vec<&'static str>),
    Object(Vec<(&'static str, &'static str)>),
}

/// A row of the table in appendix A of RFC 6570.
struct Operator {
    first: &'static str,
    separator: &'static str,
    named: bool,
    if_empty: &'static str,
}

/// What a parameter is written as, by itself: without the `?` of a query ("Serialization and
/// Examples").
pub(super) fn expand(style: &str, explode: bool, place: &str, name: &str, data: &Data) -> String {
    // "Equivalences Between Fields and RFC6570 Operators", and the separators of `cookie` (and of
    // `form` there: by appendix D `&` is the wrong one).
    let operator = match (style, place) {
        ("matrix", _) => Operator { first: ";", separator: ";", named: true, if_empty: "" },
        ("label", _) => Operator { first: ".", separator: ".", named: false, if_empty: "" },
        ("simple", _) => Operator { first: "", separator: ",", named: false, if_empty: "" },
        (_, "cookie") => Operator { first: "", separator: "; ", named: true, if_empty: "=" },
        _ => Operator { first: "", separator: "&", named: true, if_empty: "=" },
    };
    // Headers and the style `cookie` are written as they are.
    let encode = |text: &str| match (style, place) {
        ("cookie", _) | (_, "header") => text.to_owned(),
        _ => unreserved(text),
    };
    let between = match style {
        "spaceDelimited" => "%20",
        "pipeDelimited" => "%7C",
        _ => ",",
    };
    let pair = |name: &str, value: &str| match value {
        "" => format!("{name}{}", operator.if_empty),
        value => format!("{name}={value}"),
    };
    let whole = |value: String| if operator.named { pair(name, &value) } else { value };
    let text = match data {
        Data::Text(text) => whole(encode(text)),
        Data::List(items) => {
            let items: Vec<String> = items.iter().map(|item| encode(item)).collect();
            match explode {
                true => items.into_iter().map(whole).collect::<Vec<_>>().join(operator.separator),
                false => whole(items.join(between)),
            }
        }
        Data::Object(members) if style == "deepObject" => {
            let member = |(key, value): &(&str, &str)| {
                format!("{name}%5B{}%5D={}", encode(key), encode(value))
            };
            members.iter().map(member).collect::<Vec<_>>().join(operator.separator)
        }
        Data::Object(members) if explode => {
            // Here `=` stands between in any case but the one of an operator that says otherwise.
            let member = |(key, value): &(&str, &str)| match operator.named {
                true => pair(&encode(key), &encode(value)),
                false => format!("{}={}", encode(key), encode(value)),
            };
            members.iter().map(member).collect::<Vec<_>>().join(operator.separator)
        }
        Data::Object(members) => {
            let all: Vec<String> =
                members.iter().flat_map(|(key, value)| [encode(key), encode(value)]).collect();
            whole(all.join(between))
        }
    };
    format!("{}{text}", operator.first)
}

/// Section 3.2.1, `U`: all but the unreserved characters as percent-encoded UTF-8.
fn unreserved(text: &str) -> String {
    let one = |byte: u8| match byte {
        b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(one).collect()
}
