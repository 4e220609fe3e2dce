//! Values written as JSON.

/// A value written as JSON, with expressions in it. Unlike the macro of serde_json it does not copy
/// what stands in them, but shares it.
macro_rules! json {
    (@list $items:ident) => {};
    (@list $items:ident null $(, $($rest:tt)*)?) => {
        $items.push($crate::json::Value::Null);
        $($crate::json::json!(@list $items $($rest)*);)?
    };
    (@list $items:ident [$($inner:tt)*] $(, $($rest:tt)*)?) => {
        $items.push($crate::json::json!([$($inner)*]));
        $($crate::json::json!(@list $items $($rest)*);)?
    };
    (@list $items:ident {$($inner:tt)*} $(, $($rest:tt)*)?) => {
        $items.push($crate::json::json!({$($inner)*}));
        $($crate::json::json!(@list $items $($rest)*);)?
    };
    (@list $items:ident $item:expr $(, $($rest:tt)*)?) => {
        $items.push($crate::json::json!($item));
        $($crate::json::json!(@list $items $($rest)*);)?
    };
    (@members $members:ident) => {};
    (@members $members:ident $name:tt : null $(, $($rest:tt)*)?) => {
        $members.push(($crate::json::Text::from($name), $crate::json::Value::Null));
        $($crate::json::json!(@members $members $($rest)*);)?
    };
    (@members $members:ident $name:tt : [$($inner:tt)*] $(, $($rest:tt)*)?) => {
        $members.push(($crate::json::Text::from($name), $crate::json::json!([$($inner)*])));
        $($crate::json::json!(@members $members $($rest)*);)?
    };
    (@members $members:ident $name:tt : {$($inner:tt)*} $(, $($rest:tt)*)?) => {
        $members.push(($crate::json::Text::from($name), $crate::json::json!({$($inner)*})));
        $($crate::json::json!(@members $members $($rest)*);)?
    };
    (@members $members:ident $name:tt : $value:expr $(, $($rest:tt)*)?) => {
        $members.push(($crate::json::Text::from($name), $crate::json::json!($value)));
        $($crate::json::json!(@members $members $($rest)*);)?
    };
    (null) => {
        $crate::json::Value::Null
    };
    ([]) => {
        $crate::json::Value::Array($crate::json::List::new())
    };
    ([$($items:tt)+]) => {{
        let mut items: Vec<$crate::json::Value> = $crate::json::start();
        $crate::json::json!(@list items $($items)+);
        $crate::json::Value::Array(items.into())
    }};
    ({}) => {
        $crate::json::Value::Object($crate::json::Map::new())
    };
    ({$($members:tt)+}) => {{
        let mut members: Vec<($crate::json::Text, $crate::json::Value)> = $crate::json::start();
        $crate::json::json!(@members members $($members)+);
        $crate::json::Value::Object(members.into_iter().collect())
    }};
    ($value:expr) => {
        $crate::json::ToValue::to_value(&$value)
    };
}

pub(crate) use json;

/// A list that the macro fills, one after another.
pub(crate) fn start<T>() -> Vec<T> {
    Vec::new()
}
