//! What is suggested for the documents of the corpus can be pasted, and does what it says.

use toolwright_codegen::ir::Api;
use toolwright_codegen::select::Options;
use toolwright_codegen::source::Document;
use toolwright_codegen::suggest::{Setting, written};
use toolwright_codegen::{curate, pass, suggest};

/// Larger documents take longer and say nothing new.
const BYTES: u64 = 400_000;

#[test]
fn suggested_pages_and_fields_work_as_they_are() {
    let files = super::corpus();
    if files.is_empty() {
        println!("skipped: ../shared/openapi is not there");
        return;
    }
    let (mut pages, mut fields, mut problems) = (0, 0, Vec::new());
    let small = files.iter().filter(|file| file.metadata().is_ok_and(|data| data.len() < BYTES));
    for file in small {
        let name = file.file_name().unwrap().to_string_lossy();
        let Ok(document) = Document::parse(&name, &std::fs::read(file).unwrap()) else {
            continue;
        };
        let Some(api) = pass::lower(&document, &Options::default()).api else { continue };
        let text = pasted(&api);
        let found = match curate::parse(curate::FILE, text.as_bytes()) {
            Err(faults) => {
                problems.push(format!("{name}: {faults:?}"));
                continue;
            }
            Ok(rules) => pass::lower(&document, &Options { rules, ..Options::default() }),
        };
        let wrong = found.diagnostics.iter().filter(|one| one.file == curate::FILE);
        problems.extend(wrong.map(|one| format!("{name}: {one}")));
        let api = found.api.unwrap();
        let http = || api.operations.iter().filter_map(|one| one.http.as_ref());
        pages += http().filter(|http| http.paging.is_some()).count();
        fields += http().filter(|http| http.fields.is_some()).count();
    }
    println!("{pages} tools with pages, {fields} with fields, {} problems", problems.len());
    let shown: Vec<&str> = problems.iter().take(20).map(String::as_str).collect();
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), shown.join("\n"));
    assert!(pages > 50 && fields > 500, "{pages}, {fields}");
}

/// A file of everything that is suggested. What is said of an `operationId` is said once of all
/// operations that have it.
fn pasted(api: &Api) -> String {
    let pages = suggest::paging(api).into_iter();
    let fields = api.operations.iter().filter_map(|one| suggest::fields(api, one));
    let settings: Vec<Setting> = pages.chain(fields).flat_map(|one| one.settings).collect();
    let written = written("", &settings);
    assert_eq!(written.paste, written.file);
    written.file
}
