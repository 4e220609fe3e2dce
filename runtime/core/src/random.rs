//! Random numbers of the operating system.

use std::io;

/// Fills the bytes with numbers that nobody can guess.
///
/// # Errors
/// The system has none.
#[cfg(target_os = "linux")]
pub fn fill(mut bytes: &mut [u8]) -> io::Result<()> {
    use rustix::rand::{GetRandomFlags, getrandom};

    while !bytes.is_empty() {
        match getrandom(&mut *bytes, GetRandomFlags::empty()) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(filled) => bytes = bytes.get_mut(filled..).unwrap_or_default(),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Fills the bytes with numbers that nobody can guess.
///
/// # Errors
/// The system has none.
#[cfg(not(target_os = "linux"))]
pub fn fill(bytes: &mut [u8]) -> io::Result<()> {
    getrandom::fill(bytes).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_differ() {
        let mut many = [[0; 1000]; 2];
        many.iter_mut().for_each(|bytes| fill(bytes).unwrap());
        assert_ne!(many[0], many[1]);
        assert!(many[0].iter().rev().take(64).any(|byte| *byte != 0));
        fill(&mut []).unwrap();
    }
}
