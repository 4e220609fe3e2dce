//! Answers to batches, which go out together.

use crate::limits::Limits;

/// Batches whose answers are not complete.
#[derive(Debug, Default)]
pub(super) struct Batches {
    open: Vec<Option<Batch>>,
}

/// Which batch a request came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BatchKey(usize);

#[derive(Debug)]
struct Batch {
    waiting: usize,
    /// Answers so far, one per line.
    lines: Vec<u8>,
}

impl Batches {
    /// A new batch, which stays open until [`Batches::close`].
    pub(super) fn open(&mut self) -> BatchKey {
        let batch = Batch { waiting: 1, lines: Vec::new() };
        match self.open.iter_mut().enumerate().find(|(_, slot)| slot.is_none()) {
            Some((index, slot)) => {
                *slot = Some(batch);
                BatchKey(index)
            }
            None => {
                self.open.push(Some(batch));
                BatchKey(self.open.len() - 1)
            }
        }
    }

    /// One more answer will come.
    pub(super) fn expect(&mut self, key: BatchKey) {
        if let Some(Some(batch)) = self.open.get_mut(key.0) {
            batch.waiting += 1;
        }
    }

    /// Where to write an answer, as a line.
    pub(super) fn lines(&mut self, key: BatchKey) -> Option<&mut Vec<u8>> {
        Some(&mut self.open.get_mut(key.0)?.as_mut()?.lines)
    }

    /// One that was expected has been written, or will not come. The last one brings all to
    /// `out`, as one array.
    pub(super) fn close(&mut self, key: BatchKey, out: &mut Vec<u8>) {
        let Some(slot) = self.open.get_mut(key.0) else {
            return;
        };
        let Some(batch) = slot else {
            return;
        };
        batch.waiting -= 1;
        if batch.waiting > 0 {
            return;
        }
        if let [lines @ .., _] = &*batch.lines {
            out.push(b'[');
            out.extend(lines.iter().map(|byte| if *byte == b'\n' { b',' } else { *byte }));
            out.extend_from_slice(b"]\n");
        }
        *slot = None;
    }
}

/// Whether a batch of this size is too large.
pub(super) fn is_too_large(size: usize, limits: &Limits) -> bool {
    size > limits.batch
}
