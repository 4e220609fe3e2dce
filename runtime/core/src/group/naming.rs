//! Names that tell the tools of several servers apart.

use std::collections::HashMap;
use std::fmt::Write;

use crate::seal::digest;

/// Models take names of so many characters.
const LONGEST: usize = 64;

/// Why something has not just its server's name in front of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Renamed {
    /// Models take letters, digits, `_` and `-` only; others became `_`.
    Characters,
    /// It would have been longer than 64 characters; its end became a fingerprint.
    Length,
    /// Something else would have had the same name; both got a fingerprint.
    Clash,
}

/// The names of everything, given what is whose. They depend on the server's name and the own one
/// only, except for clashes: there nobody gets the plain name, so that no server can take over the
/// name of another one's tool.
pub(super) fn names(all: &[(&str, &str)]) -> Vec<(String, Option<Renamed>)> {
    let mut names: Vec<_> = all.iter().map(|(server, own)| plain(server, own)).collect();
    for digits in [8, 16, 32] {
        let mut uses: HashMap<&str, usize> = HashMap::with_capacity(names.len());
        for (name, _) in &names {
            *uses.entry(name).or_default() += 1;
        }
        let clashes: Vec<bool> =
            names.iter().map(|(name, _)| uses.get(&**name).is_some_and(|uses| *uses > 1)).collect();
        if !clashes.contains(&true) {
            break;
        }
        let named = names.iter_mut().zip(all).zip(clashes);
        for ((name, (server, own)), _) in named.filter(|(_, clashes)| *clashes) {
            let fitting = fitting(server, own);
            *name = (marked(&fitting, digits, server, own), Some(Renamed::Clash));
        }
    }
    names
}

fn plain(server: &str, own: &str) -> (String, Option<Renamed>) {
    let fitting = fitting(server, own);
    if fitting.len() > LONGEST {
        return (marked(&fitting, 8, server, own), Some(Renamed::Length));
    }
    let same = fitting.strip_prefix(server).and_then(|rest| rest.strip_prefix('_')) == Some(own);
    (fitting, (!same).then_some(Renamed::Characters))
}

/// Both, in the characters that models take.
fn fitting(server: &str, own: &str) -> String {
    let characters = server.chars().chain(['_']).chain(own.chars());
    let fit = |it: char| if it.is_ascii_alphanumeric() || it == '-' { it } else { '_' };
    characters.map(fit).collect()
}

/// The beginning of a name with a fingerprint of all that it stands for.
fn marked(fitting: &str, digits: usize, server: &str, own: &str) -> String {
    let mut name: String = fitting.chars().take(LONGEST - digits - 1).collect();
    name.push('_');
    for byte in digest(&[server.as_bytes(), own.as_bytes()]).iter().take(digits / 2) {
        // A string takes everything.
        let _ = write!(name, "{byte:02x}");
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_models_take() {
        let long = "x".repeat(80);
        let all = [("shop", "search"), ("shop", "a.b/ü"), ("my shop", "search"), ("shop", &long)];
        let names = names(&all);
        assert_eq!(names[0], ("shop_search".to_owned(), None));
        assert_eq!(names[1], ("shop_a_b__".to_owned(), Some(Renamed::Characters)));
        assert_eq!(names[2], ("my_shop_search".to_owned(), Some(Renamed::Characters)));
        assert_eq!((names[3].0.len(), names[3].1), (64, Some(Renamed::Length)));
        assert!(names[3].0.starts_with("shop_xxx"));
    }

    #[test]
    fn nobody_gets_a_name_that_two_would_have() {
        let all = [("a", "b_c"), ("a_b", "c"), ("a", "d"), ("a", "b.c")];
        let named = names(&all);
        for clash in [0, 1, 3] {
            assert_eq!(named[clash].1, Some(Renamed::Clash));
            assert!(named[clash].0.starts_with("a_b_c_"), "{named:?}");
        }
        assert_eq!(named[2], ("a_d".to_owned(), None));
        let mut turned = all;
        turned.reverse();
        let mut again = names(&turned);
        again.reverse();
        assert_eq!(named, again, "the order does not matter");
        // Somebody took the fingerprint too.
        let taken = named[0].0.strip_prefix("a_").unwrap().to_owned();
        let all = [("a", "b_c"), ("a_b", "c"), ("a", &*taken)];
        let mut named: Vec<String> = names(&all).into_iter().map(|(name, _)| name).collect();
        named.sort_unstable();
        named.dedup();
        assert_eq!(named.len(), 3);
    }
}
