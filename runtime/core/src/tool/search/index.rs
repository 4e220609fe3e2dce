//! Which texts fit some words best: Okapi BM25.

use std::collections::HashMap;

use super::words::words;

/// How soon more of the same word counts for no more.
const SATURATION: f64 = 1.2;
/// How much long texts are held back.
const LENGTH: f64 = 0.75;

/// Texts by their words.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Where a word occurs, and with what weight.
    postings: HashMap<String, Vec<(usize, f64)>>,
    lengths: Vec<f64>,
}

impl Index {
    /// Adds a text in parts, each with what a word in it counts.
    pub(super) fn add<'a>(&mut self, parts: impl IntoIterator<Item = (f64, &'a str)>) {
        let number = self.lengths.len();
        let mut weights: HashMap<String, f64> = HashMap::new();
        for (weight, text) in parts {
            for word in words(text) {
                *weights.entry(word).or_default() += weight;
            }
        }
        self.lengths.push(weights.values().sum());
        for (word, weight) in weights {
            self.postings.entry(word).or_default().push((number, weight));
        }
    }

    /// The texts that have any of the words, best first; equals in the order of adding.
    pub(super) fn search(&self, query: &str) -> Vec<usize> {
        let mut wanted = words(query);
        wanted.sort_unstable();
        wanted.dedup();
        let count = self.lengths.len() as f64;
        let average = (self.lengths.iter().sum::<f64>() / count.max(1.0)).max(1.0);
        let mut scores: HashMap<usize, f64> = HashMap::new();
        for postings in wanted.iter().filter_map(|word| self.postings.get(word)) {
            let having = postings.len() as f64;
            let rarity = (1.0 + (count - having + 0.5) / (having + 0.5)).ln();
            for (number, weight) in postings {
                let length = self.lengths.get(*number).copied().unwrap_or(average) / average;
                let held_back = SATURATION * (1.0 - LENGTH + LENGTH * length);
                *scores.entry(*number).or_default() +=
                    rarity * weight * (SATURATION + 1.0) / (weight + held_back);
            }
        }
        let mut found: Vec<_> = scores.into_iter().collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found.into_iter().map(|(number, _)| number).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> Index {
        let mut index = Index::default();
        for (name, description) in [
            ("list_issues", "Lists the issues of a repository"),
            ("create_issue", "Creates an issue"),
            ("list_users", "Lists people. An issue of a passport is not meant"),
            ("delete_repository", "Deletes a repository for ever"),
        ] {
            index.add([(3.0, name), (1.0, description)]);
        }
        index
    }

    #[test]
    fn names_count_for_more_than_descriptions() {
        assert_eq!(index().search("create an issue"), [1, 0, 2]);
        assert_eq!(index().search("repositories"), [3, 0]);
        assert_eq!(index().search("users"), [2]);
    }

    #[test]
    fn nothing_is_found_for_nothing() {
        assert!(index().search("").is_empty());
        assert!(index().search("weather").is_empty());
        assert!(Index::default().search("issue").is_empty());
    }
}
