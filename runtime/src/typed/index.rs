//! Finds the position of a name among a few that are known when the program is compiled.

/// Places for positions.
const SLOTS: usize = 128;

/// So many names at most have places; with more there would be none left between them.
const MOST: usize = 96;

/// Stands for no position.
const NONE: u8 = u8::MAX;

/// Where names probably stand.
#[derive(Debug)]
pub struct Index([u8; SLOTS]);

impl Index {
    /// The index of these names.
    pub const fn new(mut names: &[&str]) -> Self {
        let mut slots = [NONE; SLOTS];
        let mut position = 0;
        if names.len() <= MOST {
            while let [name, more @ ..] = names {
                let mut at = place(name);
                while let Some((_, [slot, ..])) = slots.split_at_mut_checked(at) {
                    if *slot == NONE {
                        *slot = position;
                        break;
                    }
                    at = (at + 1) % SLOTS;
                }
                position += 1;
                names = more;
            }
        }
        Self(slots)
    }

    /// The position of a name among those that the index was made of.
    pub(super) fn find(&self, names: &[&str], name: &str) -> Option<usize> {
        if names.len() > MOST {
            return names.iter().position(|known| *known == name);
        }
        let mut at = place(name);
        loop {
            let position = usize::from(*self.0.get(at)?);
            if *names.get(position)? == name {
                return Some(position);
            }
            at = (at + 1) % SLOTS;
        }
    }
}

/// Where to look for a name first: its length and three of its letters tell most names apart.
const fn place(name: &str) -> usize {
    let name = name.as_bytes();
    let ([first, ..], [middle, .., last]) = name.split_at(name.len() / 2) else {
        return name.len();
    };
    let [length, ..] = name.len().to_le_bytes();
    let mark = u32::from_le_bytes([*first, *middle, *last, length]);
    (mark.wrapping_mul(0x9E37_79B1) >> 25) as usize
}

#[cfg(test)]
mod tests {
    use super::{Index, MOST};

    #[test]
    fn names_are_found_however_many_there_are() {
        for count in [0, 1, 2, 40, MOST, MOST + 1, 300] {
            let names: Vec<String> = (0..count).map(|number| format!("name_{number}_x")).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let index = Index::new(&names);
            for (position, name) in names.iter().enumerate() {
                assert_eq!(index.find(&names, name), Some(position));
            }
            for other in ["", "n", "name_1_y", "name_301_x", "nAme_1_x"] {
                assert_eq!(index.find(&names, other), None, "{other}");
            }
        }
    }

    #[test]
    fn short_names_are_told_apart() {
        let names = ["", "a", "é", "b", "ab", "ba", "aa"];
        let index = Index::new(&names);
        for (position, name) in names.iter().enumerate() {
            assert_eq!(index.find(&names, name), Some(position));
        }
        assert_eq!(index.find(&names, "bb"), None);
    }
}
