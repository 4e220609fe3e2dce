//! A text that matches a regular expression, for the plain ones that schemas have.

/// A matching text; `None` where the pattern has more than literals, classes, groups and
/// repetitions.
pub(super) fn sample(pattern: &str) -> Option<String> {
    let mut reader = Reader { rest: pattern.strip_prefix('^').unwrap_or(pattern), depth: 0 };
    let text = reader.alternatives()?;
    reader.rest.is_empty().then_some(text)
}

struct Reader<'a> {
    rest: &'a str,
    depth: usize,
}

impl Reader<'_> {
    /// The first alternative; the others are read over.
    fn alternatives(&mut self) -> Option<String> {
        self.depth += 1;
        if self.depth > 16 {
            return None;
        }
        let first = self.sequence()?;
        while self.take('|') {
            self.sequence()?;
        }
        self.depth -= 1;
        Some(first)
    }

    fn sequence(&mut self) -> Option<String> {
        let mut text = String::new();
        loop {
            match self.rest.chars().next() {
                None | Some('|' | ')') => return Some(text),
                Some('$') => {
                    self.take('$');
                }
                Some(_) => {
                    let atom = self.atom()?;
                    let times = self.times()?;
                    if atom.len().saturating_mul(times) + text.len() > 10_000 {
                        return None;
                    }
                    text.push_str(&atom.repeat(times));
                }
            }
        }
    }

    fn atom(&mut self) -> Option<String> {
        match self.next()? {
            '(' => {
                if self.take('?') && !self.take(':') {
                    return None;
                }
                let inside = self.alternatives()?;
                self.take(')').then_some(inside)
            }
            '[' => self.class().map(String::from),
            '.' => Some("x".to_owned()),
            '\\' => escaped(self.next()?).map(String::from),
            '*' | '+' | '?' | '{' | '^' => None,
            other => Some(other.to_string()),
        }
    }

    /// The first character of a class.
    fn class(&mut self) -> Option<char> {
        if self.take('^') {
            return None;
        }
        let mut first = None;
        loop {
            let c = match self.next()? {
                ']' => return first,
                '\\' => escaped(self.next()?)?,
                other => other,
            };
            first = first.or(Some(c));
        }
    }

    fn times(&mut self) -> Option<usize> {
        let times = match self.rest.chars().next() {
            Some('*' | '?') => 0,
            Some('+') => 1,
            Some('{') => {
                let (inside, after) = self.rest.get(1..)?.split_once('}')?;
                self.rest = after;
                self.take('?');
                return inside.split(',').next()?.trim().parse().ok();
            }
            _ => return Some(1),
        };
        self.next();
        self.take('?');
        Some(times)
    }

    fn next(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.take(c);
        Some(c)
    }

    fn take(&mut self, c: char) -> bool {
        match self.rest.strip_prefix(c) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }
}

fn escaped(c: char) -> Option<char> {
    match c {
        'd' => Some('0'),
        'w' => Some('a'),
        's' => Some(' '),
        'n' => Some('\n'),
        't' => Some('\t'),
        c if c.is_ascii_alphanumeric() => None,
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_patterns_have_samples() {
        for (pattern, text) in [
            ("^[0-9]{13}$", Some("0000000000000")),
            ("^ab?c+d*$", Some("ac")),
            (r"^\d{2}-\w+\.x$", Some("00-a.x")),
            ("^(foo|bar)-[A-Z]{2,4}$", Some("foo-AA")),
            ("^(?:a|b){2}", Some("aa")),
            (r"[\]a]", Some("]")),
            ("(?=x)y", None),
            ("[^a]", None),
            ("(a", None),
            ("a{99999}", None),
            (r"\bx", None),
        ] {
            assert_eq!(sample(pattern).as_deref(), text, "{pattern}");
        }
    }
}
