//! What a schema means as a Rust type: the small tame language between JSON Schema and printing.

use std::collections::BTreeMap;

use crate::json::Text;

/// The type of a value, by reference to named [`Item`]s where it needs a declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Any JSON value.
    Any,
    /// `true` or `false`.
    Bool,
    /// An integer; unsigned where the schema rules negative ones out.
    Int {
        /// `u64` instead of `i64`.
        unsigned: bool,
    },
    /// A number.
    Float,
    /// A string.
    Text,
    /// An array.
    Array(Box<Shape>),
    /// An object with arbitrary members of one kind.
    Map(Box<Shape>),
    /// The shape or `null`.
    Nullable(Box<Shape>),
    /// A declared item, by its Rust name.
    Named(String),
}

impl Shape {
    /// The shape or `null`, without stacking.
    pub(crate) fn nullable(self) -> Self {
        match self {
            Self::Any | Self::Nullable(_) => self,
            other => Self::Nullable(Box::new(other)),
        }
    }
}

/// A type declaration.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// What the schema is called where it stands, if it has no name of its own: two such items
    /// that are alike are one type.
    pub(crate) inline: Option<String>,
    /// Position in the order of reading.
    pub(crate) order: usize,
    /// Text of the doc comment.
    pub(crate) doc: Option<Text>,
    /// What is declared.
    pub(crate) body: Body,
    /// Of an enum or a union with a tag: a server may send values that nobody knew of.
    pub(crate) open: bool,
}

/// What an [`Item`] declares.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Body {
    /// A struct with named fields.
    Struct {
        /// Each with a name of its own.
        fields: Vec<Field>,
        /// Members beyond the fields, where the schema speaks of them.
        extra: Option<Shape>,
    },
    /// A string enum.
    Enum(Vec<Value>),
    /// One of several shapes.
    Union {
        /// The shapes.
        variants: Vec<Variant>,
        /// How a reader knows which one is meant.
        told: Told,
    },
    /// Another name for a shape; only where a recursive schema needs one.
    Alias(Shape),
}

/// How the variants of a union are told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Told {
    /// The first that fits is meant.
    Order,
    /// By the value of the member with this wire name.
    Tag(String),
    /// The one that knows most of the members is meant.
    Members,
}

/// A struct field.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    /// Rust name in snake case; keywords still without their underscore.
    pub(crate) name: String,
    /// Member name on the wire.
    pub(crate) wire: String,
    /// Text of the doc comment.
    pub(crate) doc: Option<Text>,
    /// Type of the value.
    pub(crate) shape: Shape,
    /// Whether the member is always there.
    pub(crate) required: bool,
    /// The only strings or integers that the value can be, where the schema lists them.
    pub(crate) constants: Vec<crate::json::Value>,
    /// `null` is something else than no member at all.
    pub(crate) keeps_null: bool,
    /// Value where the member is absent: a boolean, number or string that fits the shape.
    pub(crate) default: Option<crate::json::Value>,
}

/// A value of a string enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Value {
    /// Rust name in Pascal case.
    pub(crate) name: String,
    /// The string on the wire.
    pub(crate) wire: String,
}

/// A member of a union.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Variant {
    /// Rust name in Pascal case.
    pub(crate) name: String,
    /// What it holds.
    pub(crate) shape: Shape,
    /// Values of the union's tag that mean this variant.
    pub(crate) tags: Vec<crate::json::Value>,
}

/// Declarations by Rust name.
pub(crate) type Items = BTreeMap<String, Item>;

/// The fields of a struct by their names as Rust spells them, which is the order of printing.
pub(super) fn in_order(fields: &[Field]) -> Vec<(String, &Field)> {
    let mut named: Vec<(String, &Field)> =
        fields.iter().map(|field| (super::escape(&field.name), field)).collect();
    named.sort_by(|one, other| one.0.cmp(&other.0));
    named
}
