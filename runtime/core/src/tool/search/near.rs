//! Names that are nearly the one that was asked for.

/// Letters that may differ.
const MOST: usize = 2;

/// The name with the fewest letters to change, if these are few.
pub(super) fn nearest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let near = names.filter(|known| known.len().abs_diff(name.len()) <= MOST);
    let near = near.map(|known| (distance(name.as_bytes(), known.as_bytes()), known));
    let near = near.filter(|(distance, _)| *distance <= MOST.min(name.len() / 3));
    near.min_by_key(|(distance, _)| *distance).map(|(_, known)| known)
}

/// How many bytes to add, take out or change.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (above, x) in a.iter().enumerate() {
        let mut left = above + 1;
        let mut corner = above;
        for (cell, y) in row.iter_mut().skip(1).zip(b) {
            let changed = corner + usize::from(!x.eq_ignore_ascii_case(y));
            corner = *cell;
            *cell = changed.min(corner + 1).min(left + 1);
            left = *cell;
        }
        if let Some(first) = row.first_mut() {
            *first = above + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn few_letters_may_differ() {
        let names = ["get_files_id", "get_files_id_watermark", "getPet", "a"];
        for (name, expected) in [
            ("get_file_id", Some("get_files_id")),
            ("get_fiels_id", Some("get_files_id")),
            ("getpets", Some("getPet")),
            ("get_folders_id", None),
            ("b", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, names.into_iter()), expected, "{name}");
        }
    }
}
