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

/// A number from 0 to 1, for pauses that shall not all end at once.
///
/// # Errors
/// The system has none.
pub fn portion() -> io::Result<f64> {
    let mut bytes = [0; 4];
    fill(&mut bytes)?;
    Ok(f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX))
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

    #[test]
    fn portions_are_of_one() {
        let portions: Vec<f64> = (0..100).map(|_| portion().unwrap()).collect();
        assert!(portions.iter().all(|portion| (0.0..=1.0).contains(portion)));
        assert!(portions.iter().any(|portion| *portion < 0.5));
        assert!(portions.iter().any(|portion| *portion > 0.5));
    }
}
