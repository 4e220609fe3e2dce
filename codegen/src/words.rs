//! Where the words of a name end.

/// Names whose capitals are no words: `userIDs` as `userIds`, `IPv4` as `Ipv4`, `OAuth` as `Oauth`.
pub(crate) fn joined(text: &str) -> String {
    let text = text.replace("OAuth", "Oauth").replace("IPv", "Ipv");
    let chars: Vec<char> = text.chars().collect();
    let at = |index: usize| chars.get(index).copied().unwrap_or(' ');
    let plural = |index: usize| at(index) == 's' && !at(index + 1).is_lowercase();
    let mut run = 0;
    let mut out = String::with_capacity(text.len());
    for (index, &c) in chars.iter().enumerate() {
        let inside = run > 0 && c.is_ascii_uppercase();
        let end = (index..chars.len()).find(|next| !at(*next).is_ascii_uppercase());
        let ends = end.is_some_and(|end| plural(end) && end - index + run > 1);
        out.push(if inside && ends { c.to_ascii_lowercase() } else { c });
        run = if c.is_ascii_uppercase() { run + 1 } else { 0 };
    }
    out
}
