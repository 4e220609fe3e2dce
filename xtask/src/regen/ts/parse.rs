//! From words to declarations.

use std::iter::Peekable;
use std::vec::IntoIter;

use super::lex::{Tags, Token, tokens};
use super::{Body, Decl, Member, Ts};

/// The exported declarations of `text`, in their order.
///
/// # Errors
/// Says which declaration is written in a way this reader does not know.
pub(super) fn declarations(text: &str) -> Result<Vec<Decl>, String> {
    let mut parser = Parser { tokens: tokens(text).into_iter().peekable() };
    let mut out = Vec::new();
    let mut tags = Tags::default();
    while let Some(token) = parser.tokens.next() {
        match token {
            Token::Doc(found) => tags = found,
            Token::Ident(word) if word == "export" => {
                out.extend(parser.declaration(std::mem::take(&mut tags))?);
            }
            _ => {}
        }
    }
    Ok(out)
}

struct Parser {
    tokens: Peekable<IntoIter<Token>>,
}

impl Parser {
    fn declaration(&mut self, tags: Tags) -> Result<Option<Decl>, String> {
        let kind = self.ident()?;
        if !matches!(kind.as_str(), "interface" | "type" | "const") {
            return Ok(None);
        }
        let name = self.ident()?;
        let body = self.body(&kind).map_err(|problem| format!("`{name}`: {problem}"))?;
        Ok(Some(Decl { name, tags, body }))
    }

    fn body(&mut self, kind: &str) -> Result<Body, String> {
        match kind {
            "interface" => {
                let extends = self.extends()?;
                self.expect('{')?;
                let (members, index) = self.members()?;
                Ok(Body::Interface { extends, members, index })
            }
            "type" => {
                self.expect('=')?;
                Ok(Body::Alias(self.ty()?))
            }
            _ => {
                self.expect('=')?;
                Ok(match self.tokens.next() {
                    Some(Token::Number(value)) => Body::Number(value),
                    _ => Body::Other,
                })
            }
        }
    }

    fn extends(&mut self) -> Result<Vec<String>, String> {
        let mut out = Vec::new();
        if self.tokens.next_if_eq(&Token::Ident("extends".into())).is_none() {
            return Ok(out);
        }
        loop {
            match self.ty()? {
                Ts::Name(name) => out.push(name),
                other => return Err(format!("extends {other:?}")),
            }
            if !self.eat(',') {
                return Ok(out);
            }
        }
    }

    fn members(&mut self) -> Result<(Vec<Member>, Option<Ts>), String> {
        let (mut members, mut index, mut tags) = (Vec::new(), None, Tags::default());
        loop {
            match self.tokens.next() {
                Some(Token::Doc(found)) => tags = found,
                Some(Token::Punct('}')) => return Ok((members, index)),
                Some(Token::Punct(';' | ',')) => {}
                Some(Token::Punct('[')) => {
                    // `[key: string]: T`
                    while !self.eat(']') {
                        self.tokens.next().ok_or("unfinished index signature")?;
                    }
                    self.expect(':')?;
                    index = Some(self.ty()?);
                }
                Some(Token::Ident(name) | Token::Str(name)) => {
                    self.eat('?');
                    self.expect(':')?;
                    let ty = self.ty()?;
                    members.push(Member { name, tags: std::mem::take(&mut tags), ty });
                }
                other => return Err(format!("unexpected {other:?} among members")),
            }
        }
    }

    /// A union, whose members bind tighter.
    fn ty(&mut self) -> Result<Ts, String> {
        self.list('|', Self::intersection, Ts::Union)
    }

    fn intersection(&mut self) -> Result<Ts, String> {
        self.list('&', Self::postfix, Ts::Intersection)
    }

    fn list(
        &mut self,
        separator: char,
        item: fn(&mut Self) -> Result<Ts, String>,
        make: fn(Vec<Ts>) -> Ts,
    ) -> Result<Ts, String> {
        self.eat(separator);
        let first = item(self)?;
        let mut all = vec![first];
        while self.eat(separator) {
            all.push(item(self)?);
        }
        Ok(if all.len() > 1 { make(all) } else { all.pop().unwrap_or(Ts::Other) })
    }

    fn postfix(&mut self) -> Result<Ts, String> {
        let mut ty = self.primary()?;
        while self.eat('[') {
            self.expect(']')?;
            ty = Ts::Array(Box::new(ty));
        }
        Ok(ty)
    }

    fn primary(&mut self) -> Result<Ts, String> {
        self.skip_docs();
        match self.tokens.next() {
            Some(Token::Str(text)) => Ok(Ts::Literal(text)),
            Some(Token::Number(_)) => Ok(Ts::Other),
            Some(Token::Punct('(')) => {
                let inner = self.ty()?;
                self.expect(')')?;
                Ok(inner)
            }
            Some(Token::Punct('{')) => {
                let (members, index) = self.members()?;
                Ok(Ts::Object { members, index: index.map(Box::new) })
            }
            Some(Token::Ident(word)) if word == "typeof" => self.ident().map(|_| Ts::Other),
            Some(Token::Ident(word)) => self.generic(word),
            other => Err(format!("unexpected {other:?} in a type")),
        }
    }

    /// `Array<T>`, `Record<string, T>`, `Omit<T, …>` (read as `T`), or a plain name.
    fn generic(&mut self, word: String) -> Result<Ts, String> {
        if !self.eat('<') {
            return Ok(Ts::Name(word));
        }
        let mut arguments = vec![self.ty()?];
        while self.eat(',') {
            arguments.push(self.ty()?);
        }
        self.expect('>')?;
        let last = arguments.pop().unwrap_or(Ts::Other);
        match word.as_str() {
            "Array" => Ok(Ts::Array(Box::new(last))),
            "Record" => Ok(Ts::Object { members: Vec::new(), index: Some(Box::new(last)) }),
            "Omit" => Ok(arguments.pop().unwrap_or(last)),
            _ => Err(format!("unknown generic type `{word}`")),
        }
    }

    fn ident(&mut self) -> Result<String, String> {
        match self.tokens.next() {
            Some(Token::Ident(word)) => Ok(word),
            other => Err(format!("expected a name, found {other:?}")),
        }
    }

    fn expect(&mut self, wanted: char) -> Result<(), String> {
        self.skip_docs();
        match self.tokens.next() {
            Some(Token::Punct(found)) if found == wanted => Ok(()),
            other => Err(format!("expected `{wanted}`, found {other:?}")),
        }
    }

    fn eat(&mut self, wanted: char) -> bool {
        self.tokens.next_if_eq(&Token::Punct(wanted)).is_some()
    }

    fn skip_docs(&mut self) {
        while self.tokens.next_if(|token| matches!(token, Token::Doc(_))).is_some() {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_members_unions_and_generics() {
        let text = r#"export interface A extends B, Omit<C, "x"> {
            /** @deprecated */ a?: "x" | "y" | string; [key: string]: unknown;
            b: Array<{ c: number | null }>;
        }"#;
        let found = declarations(text).unwrap();
        let Body::Interface { extends, members, index } = &found[0].body else { panic!() };
        assert_eq!(extends, &["B", "C"]);
        assert!(members[0].tags.deprecated);
        assert!(index.is_some());
        assert!(matches!(&members[1].ty, Ts::Array(item) if matches!(**item, Ts::Object { .. })));
    }

    #[test]
    fn says_which_declaration_it_does_not_know() {
        let problem = declarations("export type X = Partial<Y>;").unwrap_err();
        assert!(problem.contains("`X`") && problem.contains("Partial"), "{problem}");
    }
}
