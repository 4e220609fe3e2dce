use toolwright::Elicit;

#[derive(Elicit)]
struct Options {
    #[elicit(min = 1)]
    name: String,
    #[elicit(format = "phone")]
    phone: String,
    #[elicit(min = 3, max = 2)]
    range: u8,
    #[elicit(max = 3, default = 4)]
    default: Option<i64>,
    #[elicit(min_items = 2, max_items = 1)]
    items: Vec<Size>,
    #[elicit(title = "a", title = "b")]
    twice: bool,
    #[elicit(name = "twice")]
    other: bool,
}

#[derive(Elicit)]
struct Generic<T> {
    value: T,
}

#[derive(Elicit)]
struct Tuple(String);

#[derive(Elicit)]
enum Size {
    Small,
    Other(String),
    #[elicit(name = "Small", size = 3)]
    Large,
}

#[derive(Elicit)]
#[elicit(rename_all = "Title Case")]
enum Case {
    One,
    #[elicit(name = "One")]
    Two,
}

#[derive(Elicit)]
enum Empty {}

fn main() {}
