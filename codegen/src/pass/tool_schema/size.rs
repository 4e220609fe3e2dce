//! How large a schema is.

use serde::Serialize;

/// Bytes of a schema as JSON.
pub(crate) fn size(schema: &impl Serialize) -> usize {
    struct Counter(usize);
    impl std::io::Write for Counter {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut counter = Counter(0);
    match serde_json::to_writer(&mut counter, schema) {
        Ok(()) => counter.0,
        Err(_) => usize::MAX,
    }
}
