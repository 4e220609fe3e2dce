//! A small reader for `schema.ts`: enough of TypeScript's type syntax to take facts from it.

mod facts;
mod lex;
mod parse;

pub(super) use facts::overlay;

use lex::Tags;

/// An exported declaration.
#[derive(Debug, Clone, PartialEq)]
struct Decl {
    name: String,
    tags: Tags,
    body: Body,
}

/// What a declaration declares.
#[derive(Debug, Clone, PartialEq)]
enum Body {
    /// `interface X extends A, B { … }`.
    Interface { extends: Vec<String>, members: Vec<Member>, index: Option<Ts> },
    /// `type X = …`.
    Alias(Ts),
    /// `const X = …`, where the value is a number.
    Number(i64),
    /// Any other constant.
    Other,
}

/// A member of an object type.
#[derive(Debug, Clone, PartialEq)]
struct Member {
    name: String,
    tags: Tags,
    ty: Ts,
}

/// A type expression.
#[derive(Debug, Clone, PartialEq)]
enum Ts {
    /// A keyword or the name of a declaration.
    Name(String),
    /// A string literal.
    Literal(String),
    /// `T[]` or `Array<T>`.
    Array(Box<Ts>),
    /// `A | B`.
    Union(Vec<Ts>),
    /// `A & B`.
    Intersection(Vec<Ts>),
    /// `{ a: A; [key: string]: B }`.
    Object { members: Vec<Member>, index: Option<Box<Ts>> },
    /// Something no fact depends on: `typeof X`, a numeric literal.
    Other,
}
