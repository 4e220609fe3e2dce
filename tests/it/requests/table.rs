//! "Style Examples" and "Style Values" of the Parameter Object, OpenAPI 3.2.0. Those of 3.0.4 and
//! 3.1.1 have the same rows, but none for `cookie`, and `?` before what stands in a query.

/// A row of "Style Examples": what a parameter `color` is written as. `None` is *n/a*.
pub(super) struct Row {
    pub(super) style: &'static str,
    /// `None`: it makes no difference.
    pub(super) explode: Option<bool>,
    /// The empty string. (The column is called "undefined", but what is undefined has no expansion
    /// in RFC 6570, section 3.2.1, and what is there is that of the empty string.)
    pub(super) empty: Option<&'static str>,
    /// `"blue"`
    pub(super) string: Option<&'static str>,
    /// `["blue", "black", "brown"]`
    pub(super) array: Option<&'static str>,
    /// `{"R": 100, "G": 200, "B": 150}`
    pub(super) object: Option<&'static str>,
}

impl Row {
    const fn new(style: &'static str, explode: bool, values: [&'static str; 4]) -> Self {
        let [empty, string, array, object] = values;
        Self {
            style,
            explode: Some(explode),
            empty: Some(empty),
            string: Some(string),
            array: Some(array),
            object: Some(object),
        }
    }

    /// Without a scalar.
    const fn composed(style: &'static str, array: &'static str, object: &'static str) -> Self {
        let explode = Some(false);
        Self { style, explode, empty: None, string: None, array: Some(array), object: Some(object) }
    }
}

/// The table; rows that are *n/a* throughout are left out.
#[rustfmt::skip]
pub(super) const STYLE_EXAMPLES: &[Row] = &[
    Row::new("matrix", false, [";color", ";color=blue", ";color=blue,black,brown", ";color=R,100,G,200,B,150"]),
    Row::new("matrix", true, [";color", ";color=blue", ";color=blue;color=black;color=brown", ";R=100;G=200;B=150"]),
    Row::new("label", false, [".", ".blue", ".blue,black,brown", ".R,100,G,200,B,150"]),
    Row::new("label", true, [".", ".blue", ".blue.black.brown", ".R=100.G=200.B=150"]),
    Row::new("simple", false, ["", "blue", "blue,black,brown", "R,100,G,200,B,150"]),
    Row::new("simple", true, ["", "blue", "blue,black,brown", "R=100,G=200,B=150"]),
    Row::new("form", false, ["color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"]),
    Row::new("form", true, ["color=", "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"]),
    Row::composed("spaceDelimited", "color=blue%20black%20brown", "color=R%20100%20G%20200%20B%20150"),
    Row::composed("pipeDelimited", "color=blue%7Cblack%7Cbrown", "color=R%7C100%7CG%7C200%7CB%7C150"),
    Row {
        style: "deepObject", explode: None, empty: None, string: None, array: None,
        object: Some("color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"),
    },
    Row::new("cookie", false, ["color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"]),
    Row::new("cookie", true, ["color=", "color=blue", "color=blue; color=black; color=brown", "R=100; G=200; B=150"]),
];

/// "Style Values": where a style is permitted.
pub(super) const STYLE_VALUES: &[(&str, &[&str])] = &[
    ("matrix", &["path"]),
    ("label", &["path"]),
    ("simple", &["path", "header"]),
    ("form", &["query", "cookie"]),
    ("spaceDelimited", &["query"]),
    ("pipeDelimited", &["query"]),
    ("deepObject", &["query"]),
    ("cookie", &["cookie"]),
];
