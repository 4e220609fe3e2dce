//! What is kept.

use crate::jose;

/// What a record is for. Two keys are equal only if all of their parts are, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum StoreKey {
    /// Which of the others belong to a server, by its URL.
    Server {
        /// The server's URL.
        url: String,
    },
    /// The registration of a client with an authorization server.
    Registration {
        /// The authorization server.
        issuer: String,
    },
    /// Tokens.
    Tokens {
        /// The authorization server that gave them out.
        issuer: String,
        /// The resource that they are for.
        resource: String,
        /// The client that they were given to.
        client: String,
    },
}

impl StoreKey {
    /// The key as a short name that is legal everywhere: 43 letters, digits, `-` and `_`.
    #[must_use]
    pub fn name(&self) -> String {
        let parts: [&str; 4] = match self {
            Self::Server { url } => ["server", url, "", ""],
            Self::Registration { issuer } => ["registration", issuer, "", ""],
            Self::Tokens { issuer, resource, client } => ["tokens", issuer, resource, client],
        };
        let mut all = Vec::new();
        for part in parts {
            all.extend_from_slice(&(part.len() as u64).to_le_bytes());
            all.extend_from_slice(part.as_bytes());
        }
        jose::sha256_text(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_differs_has_another_name() {
        let tokens = |issuer: &str, resource: &str, client: &str| {
            let (issuer, resource) = (issuer.to_owned(), resource.to_owned());
            StoreKey::Tokens { issuer, resource, client: client.to_owned() }.name()
        };
        let names = [
            tokens("a", "b", "c"),
            tokens("ab", "", "c"),
            tokens("a", "bc", ""),
            tokens("a", "", ""),
            StoreKey::Server { url: "a".to_owned() }.name(),
            StoreKey::Registration { issuer: "a".to_owned() }.name(),
        ];
        for (index, name) in names.iter().enumerate() {
            assert!(name.len() == 43 && !names[..index].contains(name));
        }
        assert_eq!(tokens("a", "b", "c"), names[0]);
    }
}
