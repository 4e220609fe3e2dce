//! The official clients against our server with everything, feature by feature.
//!
//! What they find is the table in `docs/interop.md`, which has to be up to date. To write it anew,
//! run `INTEROP_WRITE=1 cargo test -p toolwright-tests --test it interop`.

mod line;
mod logins;
mod page;
mod servers;
mod table;

use toolwright_tests::place;

use line::{LINES, Line};

#[test]
fn every_feature_works_for_every_client() {
    let binary = place::binary("toolwright-tests", "conformance-server");
    let binary = binary.unwrap_or_else(|error| panic!("{error}"));
    // Installation is not worth doing twice at once.
    for line in LINES {
        line.peer.install().unwrap_or_else(|error| panic!("{error}"));
    }
    let (first, second) = LINES.split_at(LINES.len() / 2);
    let run =
        |lines: &'static [Line]| lines.iter().map(|line| line.run(&binary)).collect::<Vec<_>>();
    let mut found = std::thread::scope(|scope| {
        let other = scope.spawn(|| run(second));
        let mut found = run(first);
        found.extend(other.join().unwrap());
        found
    });
    let wrong: Vec<String> = found.iter().flat_map(|found| found.wrong.clone()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    found.sort_by_key(|found| std::cmp::Reverse(found.line.revision));
    table::check(&found);
}
