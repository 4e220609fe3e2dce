//! The model every stage of regen speaks: one revision's exact view, or the superset of all.
//!
//! Its serialised form is `spec/mcp.json`: no prose, deterministic, made to be diffed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The protocol as data. An exact model names one revision, the superset names all of them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Model {
    /// Revisions covered, oldest first (an extension has its own model and one entry).
    pub(crate) revisions: Vec<Revision>,
    /// Types by their Rust name.
    pub(crate) types: BTreeMap<String, TypeDef>,
    /// Requests and notifications, by wire name and then direction.
    pub(crate) methods: Vec<Method>,
    /// Error codes with a name.
    pub(crate) errors: Vec<ErrorCode>,
}

/// What is true of a whole revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Revision {
    /// `2026-07-28`, or an extension's name such as `ext-tasks`.
    pub(crate) id: String,
    /// It opens with `initialize`; without it every request describes itself.
    pub(crate) handshake: bool,
    /// A message may be an array of messages.
    pub(crate) batches: bool,
}

/// From which to which revision (both included) something exists; `until` absent: still there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Span {
    /// First revision that has it.
    pub(crate) since: String,
    /// Last revision that has it, where later ones dropped it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) until: Option<String>,
}

impl Span {
    /// What exists in one revision only, as far as an exact model knows.
    pub(crate) fn at(revision: &str) -> Self {
        Self { since: revision.to_owned(), until: None }
    }

    /// Whether `revision` lies inside. Revisions compare by date, which is their name.
    pub(crate) fn contains(&self, revision: &str) -> bool {
        self.since.as_str() <= revision
            && self.until.as_deref().is_none_or(|until| revision <= until)
    }
}

/// A named type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct TypeDef {
    /// When it exists.
    #[serde(flatten)]
    pub(crate) span: Span,
    /// The official definition's name where the Rust name differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) official: Option<String>,
    /// The official documentation category, from `schema.ts`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) category: Option<String>,
    /// First revision that marks it deprecated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) deprecated: Option<String>,
    /// What it looks like.
    #[serde(flatten)]
    pub(crate) shape: Shape,
}

/// The shape of a named type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Shape {
    /// A JSON object with known members; unknown ones are kept.
    Struct {
        /// Members in the order of `schema.ts`, constants first.
        fields: Vec<Field>,
    },
    /// One of several types, told apart by `select` and never by trial.
    Union {
        /// Alternatives in the order in which they are printed.
        variants: Vec<Variant>,
        /// How to tell them apart.
        select: Select,
    },
    /// A string out of a list. `open`: other strings are legal and kept.
    StringEnum {
        /// The known values, in the order of `schema.ts`.
        values: Vec<EnumValue>,
        /// Whether the specification allows further values.
        open: bool,
    },
    /// Another name for a type (`Cursor`, `EmptyResult`).
    Alias {
        /// What it stands for.
        to: Type,
    },
}

/// A member of a struct.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Field {
    /// The member's name on the wire; the Rust name follows from it (rename table in `names`).
    pub(crate) wire: String,
    /// The Rust field name.
    pub(crate) rust: String,
    /// When it exists.
    #[serde(flatten)]
    pub(crate) span: Span,
    /// Its type; [`Type::Const`] members are not fields but are checked and written.
    #[serde(rename = "type")]
    pub(crate) ty: Type,
    /// Revisions that require it. Required in all of its type's revisions: a plain field;
    /// in some: optional on reading, supplied by `fit` where needed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) required: Vec<String>,
    /// Optional on reading and in Rust even where it is required: peers forget it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) lenient: bool,
    /// `null` is a legal value, other than absent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) nullable: bool,
    /// What `fit` supplies where a revision requires it and the value lacks it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) supply: Option<Value>,
    /// First revision that marks it deprecated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) deprecated: Option<String>,
    /// Narrower types that earlier revisions knew, oldest first. `fit` brings a value back to
    /// them (one of many to the only one) or leaves the member out where that cannot be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) earlier: Vec<Earlier>,
    /// Rules of the schema beyond its type, for generated values and documentation.
    #[serde(default, skip_serializing_if = "Rules::is_empty")]
    pub(crate) rules: Rules,
}

/// What a member was before a revision widened it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Earlier {
    /// Last revision with this type.
    pub(crate) until: String,
    /// The narrower type, in terms of the superset. [`Type::Object`] under a [`Type::Raw`]
    /// member: the text had to be an object.
    #[serde(rename = "type")]
    pub(crate) ty: Type,
}

/// Bounds that the official schema puts on a value.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Rules {
    /// `format`: `uri`, `byte`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) format: Option<String>,
    /// Smallest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) minimum: Option<f64>,
    /// Largest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) maximum: Option<f64>,
    /// Most items of an array.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) max_items: Option<u64>,
    /// The JSON text of a [`Type::Raw`] or [`Type::Schema`] member is an object.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) object: bool,
}

impl Rules {
    /// Whether there is no rule.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The type of a member, an item or an alternative.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Type {
    /// `bool`
    Bool,
    /// `i64`; `300000.0` is read as an integer.
    Integer,
    /// `f64`; an integral value is written without a fraction.
    Number,
    /// `String`
    String,
    /// Any JSON value, held as `serde_json::Value`.
    Any,
    /// Any JSON object, held as `rt::Object`.
    Object,
    /// Raw JSON text behind `rt::RawJson`, for payloads that belong to the user.
    Raw,
    /// A JSON Schema, raw text behind `rt::JsonSchema`.
    Schema,
    /// A named type.
    Ref(String),
    /// An array.
    List(Box<Type>),
    /// An object with values of one type.
    Map(Box<Type>),
    /// One value or an array of such values, kept apart.
    OneOrMany(Box<Type>),
    /// Exactly this value.
    Const(Value),
}

/// An alternative of a union.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Variant {
    /// Rust name of the variant.
    pub(crate) name: String,
    /// When it exists.
    #[serde(flatten)]
    pub(crate) span: Span,
    /// What it holds.
    #[serde(rename = "type")]
    pub(crate) ty: Type,
}

impl Variant {
    /// Whether it holds nothing because it is `null`.
    pub(crate) fn is_null(&self) -> bool {
        self.ty == Type::Const(Value::Null)
    }
}

/// How the alternatives of a union are told apart; names refer to `Variant::name`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub(crate) enum Select {
    /// By the constant in one member: `type`, `method`, `mode`, `resultType`.
    Tag {
        /// The member that holds the constant.
        member: String,
        /// Constant to what is then known: a variant, or a further question.
        cases: Vec<(String, Branch)>,
        /// Taken where the member is absent.
        absent: Option<Box<Branch>>,
        /// Objects with another constant are kept in an `Unknown` variant instead of refused.
        unknown: bool,
    },
    /// By which member is there: the first listed that is present decides.
    Key {
        /// Path of member names (length above one: nested) to its branch.
        cases: Vec<(Vec<String>, Branch)>,
        /// Taken where none is there; absent: an error.
        otherwise: Option<Box<Branch>>,
    },
    /// By JSON type: `string`, `integer`, `number`, `boolean`, `object`, `array`, `null`.
    Kind {
        /// JSON type to variant; `number` takes integers where there is no `integer`.
        cases: Vec<(String, String)>,
    },
}

/// Where a selection leads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Branch {
    /// This variant it is.
    Variant(String),
    /// Ask further.
    Then(Box<Select>),
}

/// A value of a string enum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EnumValue {
    /// The string on the wire.
    pub(crate) wire: String,
    /// Rust name of the variant.
    pub(crate) rust: String,
    /// When it exists.
    #[serde(flatten)]
    pub(crate) span: Span,
    /// First revision that marks it deprecated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) deprecated: Option<String>,
}

/// A request or notification.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Method {
    /// Wire name: `tools/call`.
    pub(crate) name: String,
    /// Rust name of the marker type and enum variant: `CallTool`, `ToolListChanged`.
    pub(crate) rust: String,
    /// Who sends it, in any of its revisions.
    pub(crate) from: Sender,
    /// When the client may send it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) client: Option<Span>,
    /// When the server may send it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) server: Option<Span>,
    /// When it occurs inside an `input_required` result instead of as a message; `span` covers
    /// only revisions in which it is a message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) embedded: Option<Span>,
    /// Whether it expects an answer.
    pub(crate) request: bool,
    /// Type of `params`; `None`: the method has none.
    pub(crate) params: Option<String>,
    /// Revisions that require `params` to be there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) params_required: Vec<String>,
    /// Type of the result, for requests. Where a result may take several forms this names the
    /// union (`CallToolOutcome`-like), else the one struct.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) result: Option<String>,
    /// When it exists.
    #[serde(flatten)]
    pub(crate) span: Span,
    /// First revision that marks it deprecated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) deprecated: Option<String>,
}

/// Who may send a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Sender {
    /// The client.
    Client,
    /// The server.
    Server,
    /// Either side (`ping`, `notifications/cancelled`).
    Both,
    /// The server, but inside a result (`input_required` of 2026-07-28). Only in exact models:
    /// the superset says `Server` and has `Method::embedded`.
    Embedded,
}

/// A named error code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ErrorCode {
    /// Constant name: `METHOD_NOT_FOUND`.
    pub(crate) name: String,
    /// Value on the wire.
    pub(crate) code: i64,
    /// When it exists.
    #[serde(flatten)]
    pub(crate) span: Span,
}

impl TypeDef {
    /// Names of the types it refers to.
    pub(crate) fn refs(&self) -> Vec<&str> {
        match &self.shape {
            Shape::Struct { fields } => {
                fields.iter().filter_map(|field| field.ty.target()).collect()
            }
            Shape::Union { variants, .. } => {
                variants.iter().filter_map(|variant| variant.ty.target()).collect()
            }
            Shape::StringEnum { .. } => Vec::new(),
            Shape::Alias { to } => to.target().into_iter().collect(),
        }
    }
}

impl Type {
    /// The named type at its core, through lists and maps.
    pub(crate) fn target(&self) -> Option<&str> {
        match self {
            Self::Ref(name) => Some(name),
            Self::List(item) | Self::Map(item) | Self::OneOrMany(item) => item.target(),
            _ => None,
        }
    }
}
