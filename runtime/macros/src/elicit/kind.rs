//! What kind of field a type makes.

use syn::{GenericArgument, PathArguments, Type};

use crate::parameter::option_of;

/// A kind of field.
pub(super) enum Kind<'a> {
    Text,
    Flag,
    /// With the bounds of its type, where these are worth telling.
    Integer(Option<(i64, Option<i64>)>),
    Number,
    /// Several options of a type.
    Several(&'a Type),
    /// One option of a type.
    One(&'a Type),
}

impl<'a> Kind<'a> {
    /// The kind of a type, and whether it is optional.
    pub(super) fn of(ty: &'a Type) -> (Self, bool) {
        match option_of(ty) {
            Some(inner) => (Self::required(inner), true),
            None => (Self::required(ty), false),
        }
    }

    fn required(ty: &'a Type) -> Self {
        let Type::Path(path) = ty else { return Self::One(ty) };
        let Some(last) = path.path.segments.last() else { return Self::One(ty) };
        match last.ident.to_string().as_str() {
            "String" => Self::Text,
            "bool" => Self::Flag,
            "i64" | "isize" => Self::Integer(None),
            "u64" | "usize" => Self::Integer(Some((0, None))),
            "u8" => Self::Integer(Some((0, Some(u8::MAX.into())))),
            "u16" => Self::Integer(Some((0, Some(u16::MAX.into())))),
            "u32" => Self::Integer(Some((0, Some(u32::MAX.into())))),
            "i8" => Self::Integer(Some((i8::MIN.into(), Some(i8::MAX.into())))),
            "i16" => Self::Integer(Some((i16::MIN.into(), Some(i16::MAX.into())))),
            "i32" => Self::Integer(Some((i32::MIN.into(), Some(i32::MAX.into())))),
            "f32" | "f64" => Self::Number,
            "Vec" => match &last.arguments {
                PathArguments::AngleBracketed(arguments) => match arguments.args.first() {
                    Some(GenericArgument::Type(inner)) => Self::Several(inner),
                    _ => Self::One(ty),
                },
                _ => Self::One(ty),
            },
            _ => Self::One(ty),
        }
    }

    /// What it is called in errors.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Flag => "yes or no",
            Self::Integer(_) | Self::Number => "a number",
            Self::Several(_) => "a choice of several options",
            Self::One(_) => "a choice",
        }
    }

    /// The options that it takes beside those that all take.
    pub(super) fn options(&self) -> &'static [&'static str] {
        match self {
            Self::Text => &["default", "format", "min_length", "max_length"],
            Self::Flag | Self::One(_) => &["default"],
            Self::Integer(_) | Self::Number => &["default", "min", "max"],
            Self::Several(_) => &["default", "min_items", "max_items"],
        }
    }
}
