use toolwright::Elicit;

#[derive(Elicit)]
struct Login {
    user: String,
    password: String,
    #[elicit(name = "api_key")]
    key: Option<String>,
    #[elicit(not_a_secret)]
    token_count: u32,
}

fn main() {}
