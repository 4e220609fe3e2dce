//! No circles between modules: what a file uses, through however many re-exports, must not use it.
//!
//! A module may use its own ancestors, as Rust's nesting has it; everything else counts.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::{self, Visit};
use syn::{Item, UseTree};

use super::{Finding, Source};

/// How many re-exports are followed.
const HOPS: usize = 8;

/// Finds circles in every crate.
pub(super) fn check(sources: &[Source], findings: &mut Vec<Finding>) {
    let roots = sources.iter().filter_map(|source| source.path.strip_suffix("/src/lib.rs"));
    for root in roots.map(|root| format!("{root}/src/")) {
        let files = sources.iter().filter(|source| {
            let inside = source.path.strip_prefix(&root);
            inside.is_some_and(|inside| inside.ends_with(".rs") && !inside.starts_with("bin/"))
        });
        let modules = files.filter(|file| !file.is_generated()).filter_map(|file| {
            let place = module_path(file.path.strip_prefix(&root)?);
            Some((place, Module::read(file)?))
        });
        let graph = Graph(modules.collect());
        for circle in graph.circles() {
            let files: Vec<&str> = circle.iter().map(|place| graph.file(place)).collect();
            findings.push(Finding {
                file: files.first().copied().unwrap_or_default().to_owned(),
                line: 0,
                message: format!(
                    "these modules use one another in a circle: {}; move what they share below them",
                    files.join(" -> ")
                ),
            });
        }
    }
}

/// The names from the crate's root to a module.
type Place = Vec<String>;

/// What a file has and what it uses.
#[derive(Default)]
struct Module {
    file: String,
    /// Names that are defined here.
    defined: BTreeSet<String>,
    /// Names that are passed on from elsewhere.
    passed_on: BTreeMap<String, Vec<String>>,
    /// Modules of which everything is passed on.
    all_of: Vec<Vec<String>>,
    /// Paths, as written.
    used: Vec<Vec<String>>,
}

impl Module {
    fn read(source: &Source) -> Option<Self> {
        let parsed = syn::parse_file(&source.text).ok()?;
        let mut module = Self { file: source.path.clone(), ..Self::default() };
        for item in &parsed.items {
            module.add(item);
        }
        Some(module)
    }

    fn add(&mut self, item: &Item) {
        if attributes(item).iter().any(|a| a.path().is_ident("cfg") && is_test(a)) {
            return;
        }
        if let Item::Use(item) = item {
            let passed_on = !matches!(item.vis, syn::Visibility::Inherited);
            self.add_use(&item.tree, &mut Vec::new(), passed_on);
            return;
        }
        if let Some(name) = name(item) {
            self.defined.insert(name);
        }
        self.visit_item(item);
    }

    fn add_use(&mut self, tree: &UseTree, path: &mut Vec<String>, passed_on: bool) {
        match tree {
            UseTree::Path(tree) => {
                path.push(tree.ident.to_string());
                self.add_use(&tree.tree, path, passed_on);
                path.pop();
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.add_use(tree, path, passed_on);
                }
            }
            UseTree::Glob(_) if passed_on => self.all_of.push(path.clone()),
            UseTree::Glob(_) => self.used.push(path.clone()),
            UseTree::Name(name) => self.add_name(path, &name.ident, &name.ident, passed_on),
            UseTree::Rename(name) => self.add_name(path, &name.ident, &name.rename, passed_on),
        }
    }

    fn add_name(
        &mut self,
        path: &[String],
        name: &syn::Ident,
        known_as: &syn::Ident,
        passed_on: bool,
    ) {
        let mut full = path.to_vec();
        if name != "self" {
            full.push(name.to_string());
        }
        if passed_on {
            self.passed_on.insert(known_as.to_string(), full);
        } else {
            self.used.push(full);
        }
    }
}

impl Visit<'_> for Module {
    fn visit_path(&mut self, path: &syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|part| part.ident.to_string()).collect();
        if names.len() > 1 {
            self.used.push(names);
        }
        visit::visit_path(self, path);
    }
}

/// All modules of a crate.
struct Graph(BTreeMap<Place, Module>);

impl Graph {
    fn file(&self, place: &Place) -> &str {
        self.0.get(place).map_or("", |module| &module.file)
    }

    /// Where what a path names is defined.
    fn target(&self, from: &Place, path: &[String], hops: usize) -> Option<Place> {
        let mut place = from.clone();
        let mut rest = path;
        match path.first()?.as_str() {
            "crate" => place.clear(),
            "self" => {}
            "super" => drop(place.pop()),
            child => {
                let child = child.to_owned();
                let module = self.0.get(from)?;
                place.push(child.clone());
                if !self.0.contains_key(&place) && !module.passed_on.contains_key(&child) {
                    return None;
                }
                place.pop();
                return self.inside(place, rest, hops);
            }
        }
        rest = rest.get(1..)?;
        while rest.first().is_some_and(|name| name == "super") {
            place.pop();
            rest = rest.get(1..)?;
        }
        self.inside(place, rest, hops)
    }

    fn inside(&self, mut place: Place, path: &[String], hops: usize) -> Option<Place> {
        let Some((name, rest)) = path.split_first() else {
            return Some(place);
        };
        let module = self.0.get(&place)?;
        if module.defined.contains(name) {
            return Some(place);
        }
        place.push(name.clone());
        if self.0.contains_key(&place) {
            return self.inside(place, rest, hops);
        }
        place.pop();
        let hops = hops.checked_sub(1)?;
        if let Some(path) = module.passed_on.get(name) {
            let full: Vec<String> = path.iter().chain(rest).cloned().collect();
            return self.target(&place, &full, hops);
        }
        module.all_of.iter().find_map(|path| {
            let full: Vec<String> = path.iter().chain([name]).cloned().collect();
            self.target(&place, &full, hops)
        })
    }

    fn edges(&self) -> BTreeMap<&Place, BTreeSet<&Place>> {
        let edges = self.0.iter().map(|(place, module)| {
            let targets = module.used.iter().filter_map(|path| self.target(place, path, HOPS));
            let targets = targets.filter(|target| !place.starts_with(target));
            let known = targets.filter_map(|target| Some(self.0.get_key_value(&target)?.0));
            (place, known.collect())
        });
        edges.collect()
    }

    /// One circle for each set of modules that can all reach one another.
    fn circles(&self) -> Vec<Vec<Place>> {
        let edges = self.edges();
        let mut seen: BTreeSet<&Place> = BTreeSet::new();
        let mut circles = Vec::new();
        for start in edges.keys() {
            if seen.contains(start) {
                continue;
            }
            if let Some(circle) = shortest(&edges, start) {
                seen.extend(circle.iter());
                circles.push(circle.into_iter().cloned().collect());
            }
        }
        circles
    }
}

/// The shortest way from a module back to itself.
fn shortest<'a>(
    edges: &BTreeMap<&'a Place, BTreeSet<&'a Place>>,
    start: &'a Place,
) -> Option<Vec<&'a Place>> {
    let mut came_from: BTreeMap<&Place, &Place> = BTreeMap::new();
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(place) = queue.pop_front() {
        for next in edges.get(place).into_iter().flatten() {
            if *next == start {
                let mut circle = vec![start];
                let mut at = place;
                while at != start {
                    circle.insert(1, at);
                    at = came_from.get(at)?;
                }
                return Some(circle);
            }
            if !came_from.contains_key(next) {
                came_from.insert(next, place);
                queue.push_back(next);
            }
        }
    }
    None
}

fn module_path(file: &str) -> Place {
    let stem = file.trim_end_matches(".rs");
    let stem = stem.strip_suffix("/mod").unwrap_or(stem);
    match stem {
        "lib" | "mod" => Vec::new(),
        stem => stem.split('/').map(str::to_owned).collect(),
    }
}

fn is_test(attribute: &syn::Attribute) -> bool {
    attribute.parse_args::<syn::Ident>().is_ok_and(|name| name == "test")
}

fn attributes(item: &Item) -> &[syn::Attribute] {
    match item {
        Item::Mod(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        _ => &[],
    }
}

fn name(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Mod(item) if item.content.is_some() => &item.ident,
        _ => return None,
    };
    Some(ident.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circles(files: &[(&str, &str)]) -> Vec<String> {
        let sources: Vec<Source> = files
            .iter()
            .map(|(path, text)| Source { path: format!("a/src/{path}"), text: (*text).to_owned() })
            .collect();
        let mut findings = Vec::new();
        check(&sources, &mut findings);
        findings.into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn a_circle_is_found_through_re_exports() {
        let found = circles(&[
            ("lib.rs", "mod one; mod two; pub use two::inner::Two;"),
            ("one.rs", "use crate::Two; pub struct One;"),
            ("two/mod.rs", "pub mod inner;"),
            ("two/inner.rs", "pub struct Two; fn f(_: crate::one::One) {}"),
        ]);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("a/src/one.rs -> a/src/two/inner.rs"), "{found:?}");
    }

    #[test]
    fn ancestors_and_tests_do_not_count() {
        let found = circles(&[
            ("lib.rs", "mod one; mod two;"),
            ("one/mod.rs", "mod part; use part::Part; pub struct One;"),
            ("one/part.rs", "use super::One; pub struct Part;"),
            ("two.rs", "use crate::one::One; pub struct Two;"),
            ("three.rs", "#[cfg(test)] mod tests { use crate::four::Four; } pub struct Three;"),
            ("four.rs", "use crate::three::Three; pub struct Four;"),
        ]);
        assert_eq!(found, Vec::<String>::new());
    }
}
