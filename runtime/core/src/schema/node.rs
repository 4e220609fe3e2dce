//! Compiled schemas: a flat arena of nodes that name each other by position.

use std::collections::HashSet;

use regex::Regex;

use super::decimal::Decimal;

/// Position of a node in its [`Arena`].
pub(super) type NodeId = usize;

/// All subschemas of one schema.
#[derive(Debug)]
pub(super) struct Arena {
    pub(super) nodes: Vec<Node>,
    pub(super) root: NodeId,
    /// Whether any node asks which members or items have been looked at.
    pub(super) tracks: bool,
}

/// One subschema.
#[derive(Debug)]
pub(super) enum Node {
    /// `true`, `{}` or `false`.
    Always(bool),
    /// Anything else.
    Rules(Box<Rules>),
}

/// The keywords of a subschema, by what they apply to.
#[derive(Debug, Default)]
pub(super) struct Rules {
    pub(super) types: Option<Types>,
    pub(super) choice: Option<Choice>,
    pub(super) number: Option<NumberRules>,
    pub(super) string: Option<StringRules>,
    pub(super) array: Option<ArrayRules>,
    pub(super) object: Option<ObjectRules>,
    /// Subschemas that apply to the same value.
    pub(super) in_place: Vec<InPlace>,
    pub(super) unevaluated_items: Option<NodeId>,
    pub(super) unevaluated_properties: Option<NodeId>,
}

/// `type`: a set of the seven names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Types(pub(super) u8);

impl Types {
    pub(super) const NULL: Self = Self(1);
    pub(super) const BOOLEAN: Self = Self(2);
    pub(super) const INTEGER: Self = Self(4);
    pub(super) const NUMBER: Self = Self(8);
    pub(super) const STRING: Self = Self(16);
    pub(super) const ARRAY: Self = Self(32);
    pub(super) const OBJECT: Self = Self(64);

    const NAMED: [(Self, &'static str, &'static str); 7] = [
        (Self::NULL, "null", "null"),
        (Self::BOOLEAN, "boolean", "a boolean"),
        (Self::INTEGER, "integer", "an integer"),
        (Self::NUMBER, "number", "a number"),
        (Self::STRING, "string", "a string"),
        (Self::ARRAY, "array", "an array"),
        (Self::OBJECT, "object", "an object"),
    ];

    /// The set of that one name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::NAMED.iter().find_map(|(types, known, _)| (*known == name).then_some(*types))
    }

    pub(super) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// `a string`, `an integer or null`.
    pub(super) fn words(self) -> String {
        let words: Vec<&str> = Self::NAMED
            .iter()
            .rev()
            .filter_map(|(types, _, words)| self.has(*types).then_some(*words))
            .collect();
        words.join(" or ")
    }
}

/// `enum` and `const`.
#[derive(Debug)]
pub(super) struct Choice {
    /// Canonical texts of the values allowed.
    pub(super) allowed: HashSet<String>,
    /// `"a", "b"`, for messages.
    pub(super) shown: String,
}

/// Keywords for numbers.
#[derive(Debug, Default)]
pub(super) struct NumberRules {
    pub(super) minimum: Option<Bound>,
    pub(super) maximum: Option<Bound>,
    pub(super) above: Option<Bound>,
    pub(super) below: Option<Bound>,
    pub(super) multiple_of: Option<Bound>,
}

/// A number of the schema and its spelling there.
#[derive(Debug)]
pub(super) struct Bound {
    pub(super) value: Decimal,
    pub(super) text: String,
}

/// Keywords for strings; lengths in Unicode code points.
#[derive(Debug, Default)]
pub(super) struct StringRules {
    pub(super) min_length: Option<usize>,
    pub(super) max_length: Option<usize>,
    pub(super) pattern: Option<Pattern>,
}

/// A regular expression and its spelling in the schema.
#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) regex: Regex,
    pub(super) text: String,
}

/// Keywords for arrays.
#[derive(Debug, Default)]
pub(super) struct ArrayRules {
    pub(super) prefix: Vec<NodeId>,
    pub(super) items: Option<NodeId>,
    pub(super) contains: Option<Contains>,
    pub(super) min_items: Option<usize>,
    pub(super) max_items: Option<usize>,
    pub(super) unique: bool,
}

/// `contains` with its bounds.
#[derive(Debug)]
pub(super) struct Contains {
    pub(super) node: NodeId,
    pub(super) min: usize,
    pub(super) max: Option<usize>,
}

/// Keywords for objects.
#[derive(Debug, Default)]
pub(super) struct ObjectRules {
    pub(super) properties: Vec<(String, NodeId)>,
    pub(super) patterns: Vec<(Pattern, NodeId)>,
    pub(super) additional: Option<NodeId>,
    pub(super) names: Option<NodeId>,
    pub(super) required: Vec<String>,
    pub(super) dependent_required: Vec<(String, Vec<String>)>,
    pub(super) min_properties: Option<usize>,
    pub(super) max_properties: Option<usize>,
}

impl ObjectRules {
    /// The subschema under `properties` for that name. The list is sorted.
    pub(super) fn property(&self, name: &str) -> Option<NodeId> {
        let at = self.properties.binary_search_by(|(known, _)| known.as_str().cmp(name)).ok()?;
        self.properties.get(at).map(|(_, node)| *node)
    }
}

/// A subschema, or several, that apply to the same value as their parent.
#[derive(Debug)]
pub(super) enum InPlace {
    /// `$ref`, `$dynamicRef` and `allOf`.
    All(Vec<NodeId>),
    /// `anyOf`.
    Any(Branches),
    /// `oneOf`.
    One(Branches),
    /// `not`.
    Not(NodeId),
    /// `if`, `then`, `else`.
    If { condition: NodeId, then: Option<NodeId>, otherwise: Option<NodeId> },
    /// One of `dependentSchemas`: applies where the object has the member.
    With { member: String, node: NodeId },
}

/// Alternatives.
#[derive(Debug)]
pub(super) struct Branches {
    pub(super) nodes: Vec<NodeId>,
    /// What each is called, for messages; empty where one has no name.
    pub(super) names: Vec<Box<str>>,
}

impl InPlace {
    /// Every node it names.
    pub(super) fn nodes(&self) -> Vec<NodeId> {
        match self {
            Self::All(nodes) => nodes.clone(),
            Self::Any(branches) | Self::One(branches) => branches.nodes.clone(),
            Self::Not(node) | Self::With { node, .. } => vec![*node],
            Self::If { condition, then, otherwise } => {
                [Some(*condition), *then, *otherwise].into_iter().flatten().collect()
            }
        }
    }
}
