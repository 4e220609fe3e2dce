//! What a misspelt word was meant to be.

/// The closest of `known`, if it is close enough. Letters count, their case and signs do not.
pub(crate) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let letters = plain(word);
    let most = match letters.chars().count() {
        0..=3 => 1,
        4..=9 => 2,
        _ => 3,
    };
    let near = known.into_iter().map(|name| (distance(&letters, &plain(name)), name));
    near.filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Says so behind a message.
pub(crate) fn meant<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    nearest(word, known).map_or_else(String::new, |name| format!("; is `{name}` meant?"))
}

/// A name as it is compared: `read-only`, `readOnly` and `read_only` are one.
pub(crate) fn plain(key: &str) -> String {
    key.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Letters to add, to take out, to change or to swap with the next.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().take(64).collect();
    let b: Vec<char> = b.chars().take(64).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    let of = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX - 1);
    for (i, x) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let changed = of(&row, j) + usize::from(x != y);
            let mut least = changed.min(of(&row, j + 1) + 1).min(of(&next, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                least = least.min(of(&before, j - 1) + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_name_is_found() {
        let known = ["getPet", "listPets", "id", "filter[name]", "tag"];
        for (word, expected) in [
            ("getPte", Some("getPet")),
            ("list_pets", Some("listPets")),
            ("lsitPet", Some("listPets")),
            ("filter_name", Some("filter[name]")),
            ("tgas", Some("tag")),
            ("di", Some("id")),
            ("order", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, known), expected, "{word}");
        }
        assert_eq!(meant("tga", known), "; is `tag` meant?");
        assert_eq!(meant("zebra", known), "");
    }
}
