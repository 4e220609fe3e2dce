//! Letters beyond ASCII in names. The compiler warns of identifiers whose letters look like others,
//! and of scripts that are there only by such letters; it does so for a whole crate, so that no
//! module can allow it. So letters are written with Latin ones where that is done letter by letter.
//! Ideographs stay. A crate that allows ASCII only has none of them, and rare ones, or two names that
//! differ by such as look alike (未 and 末), can still make the compiler warn.

/// À to ž, with a space where one letter is not enough.
const LATIN: &str = "AAAAAA CEEEEIIIIDNOOOOO OUUUUY  aaaaaa ceeeeiiiidnooooo ouuuuy yAaAaAaCcCcCcCcDdDd\
    EeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIi  JjKkkLlLlLlLlLlNnNnNnnNnOoOoOo  RrRrRrSsSsSsSsTtTtTtUuUuUuUu\
    UuUuWwYyYZzZzZz";
/// Ḁ to ẙ, and Ạ to ỹ.
const LATIN_MORE: &str = "AaBbBbBbCcDdDdDdDdDdEeEeEeEeEeFfGgHhHhHhHhHhIiIiKkKkKkLlLlLlLlMmMmMmNnNn\
    NnNnOoOoOoOoPpPpRrRrRrRrSsSsSsSsSsTtTtTtTtUuUuUuUuUuVvVvWwWwWwWwWwXxXxYyZzZzZzhtwy";
const LATIN_LAST: &str = "AaAaAaAaAaAaAaAaAaAaAaAaEeEeEeEeEeEeEeEeIiIiOoOoOoOoOoOoOoOoOoOoOoOoUuUu\
    UuUuUuUuUuYyYyYyYy";
/// Small letters and what they are in Latin ones.
const ALONE: &[(char, char, &str)] = &[
    ('α', 'ω', "a v g d e z i th i k l m n x o p r s s t y f ch ps o"),
    (
        'а',
        'џ',
        "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya \
         e yo dj g ye dz i yi j lj nj c k i u dz",
    ),
    (
        'ա',
        'ֆ',
        "a b g d e z e y t zh i l kh ts k h dz gh ch m y n sh o ch p j r s v t r ts w p k o f",
    ),
    ('ა', 'ჰ', "a b g d e v z t i k l m n o p zh r s t u p k gh q sh ch ts dz ts ch kh j h"),
    ('א', 'ת', "a b g d h v z h t y k k l m m n n s a p p ts ts q r sh t"),
    ('ا', 'غ', "a b a t th j h kh d dh r z s sh s d t z a gh"),
    ('ف', 'ي', "f q k l m n h w a y"),
    (
        'ぁ',
        'ゖ',
        "a a i i u u e e o o ka ga ki gi ku gu ke ge ko go sa za shi ji su zu se ze so zo ta da chi \
         ji _ tsu zu te de to do na ni nu ne no ha ba pa hi bi pi fu bu pu he be pe ho bo po ma mi \
         mu me mo ya ya yu yu yo yo ra ri ru re ro wa wa wi we o n vu ka ke",
    ),
    (
        '\u{901}',
        '\u{94d}',
        "n n h a a a i i u u r l e e e ai o o o au k kh g gh n ch chh j jh n t th d dh n t th d dh \
         n n p ph b bh m y r r l l l v sh sh s h _ _ _ _ a i i u u r r e e e ai o o o au _",
    ),
    ('\u{b85}', '\u{b8a}', "a a i i u u"),
    ('\u{b8e}', '\u{b90}', "e e ai"),
    ('\u{b92}', '\u{b95}', "o o au k"),
    ('\u{b99}', '\u{b9f}', "ng ch _ j _ n t"),
    ('\u{ba3}', '\u{baa}', "n t _ _ _ n n p"),
    ('\u{bae}', '\u{bb9}', "m y r r l l zh v sh sh s h"),
    ('\u{bbe}', '\u{bcd}', "a i i u u _ _ _ e e ai _ o o au _"),
    (
        '\u{e01}',
        '\u{e3a}',
        "k kh kh kh kh kh ng ch ch ch s ch y d t th th th n d t th th th n b p ph f ph f ph m y r \
         rue l lue w s s s h l o h _ a a a am i i ue ue u u _",
    ),
    ('\u{e40}', '\u{e4e}', "e ae o ai ai a _ _ _ _ _ _ _ _ _"),
];
const OTHERS: &[(char, &str)] = &[
    ('æ', "ae"),
    ('ß', "ss"),
    ('þ', "th"),
    ('ĳ', "ij"),
    ('œ', "oe"),
    ('ơ', "o"),
    ('ư', "u"),
    ('ș', "s"),
    ('ț', "t"),
    ('ά', "a"),
    ('έ', "e"),
    ('ή', "i"),
    ('ί', "i"),
    ('ϊ', "i"),
    ('ΐ', "i"),
    ('ό', "o"),
    ('ύ', "y"),
    ('ϋ', "y"),
    ('ΰ', "y"),
    ('ώ', "o"),
    ('ґ', "g"),
    ('қ', "k"),
    ('ғ', "g"),
    ('ң', "n"),
    ('ү', "u"),
    ('ұ', "u"),
    ('ө', "o"),
    ('һ', "h"),
    ('ә', "a"),
    ('ء', "a"),
    ('آ', "a"),
    ('أ', "a"),
    ('ؤ', "w"),
    ('إ', "i"),
    ('ئ', "y"),
    ('پ', "p"),
    ('چ', "ch"),
    ('ژ', "zh"),
    ('ک', "k"),
    ('گ', "g"),
    ('ی', "y"),
];
const HANGUL_FIRST: [&str; 19] = [
    "g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p",
    "h",
];
const HANGUL_VOWEL: [&str; 21] = [
    "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we",
    "wi", "yu", "eu", "ui", "i",
];
const HANGUL_LAST: [&str; 28] = [
    "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p",
    "t", "t", "ng", "t", "t", "k", "t", "p", "t",
];
/// Ideographs that look like letters of other scripts: where all are such, the compiler warns.
const ALIKE: &str = "一丅丫丨丶丿乄二亻八力匕卜厶口囗夕工彐礻";

/// A letter as it stands in names: in ASCII, or as it is.
pub(super) fn spelled(c: char) -> Option<String> {
    if c.is_ascii_alphanumeric() || is_ideograph(c) {
        return Some(c.to_string());
    }
    // Accents that are signs of their own.
    if matches!(c, '\u{300}'..='\u{36f}') {
        return Some(String::new());
    }
    let mut small = c.to_lowercase();
    let (Some(first), None) = (small.next(), small.next()) else { return None };
    let ascii = latin(c).or_else(|| hangul(c)).or_else(|| alone(first))?;
    if first == c {
        return Some(ascii);
    }
    let mut chars = ascii.chars();
    Some(chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect())
}

/// A name whose ideographs all look like letters, with their numbers instead.
pub(super) fn told_apart(name: &str) -> String {
    if name.chars().any(|c| is_ideograph(c) && !ALIKE.contains(c)) {
        return name.to_owned();
    }
    let number = |c: char| match is_ideograph(c) {
        true => format!("u{:x}", u32::from(c)),
        false => c.to_string(),
    };
    name.chars().map(number).collect()
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '一'..='鿋')
}

/// A letter of an alphabet that is written letter by letter.
fn alone(small: char) -> Option<String> {
    // Katakana stand as far apart as hiragana do.
    let small = match small {
        'ァ'..='ヶ' => char::from_u32(u32::from(small) - 0x60)?,
        // It makes the vowel before it long.
        'ー' => return Some(String::new()),
        small => small,
    };
    let listed = OTHERS.iter().find(|(letter, _)| *letter == small);
    if let Some((_, latin)) = listed {
        return Some((*latin).to_owned());
    }
    let (first, _, letters) =
        ALONE.iter().find(|(first, last, _)| (*first..=*last).contains(&small))?;
    let position = usize::try_from(u32::from(small) - u32::from(*first)).ok()?;
    let latin = letters.split_whitespace().nth(position)?;
    Some(latin.trim_matches('_').to_owned())
}

fn latin(c: char) -> Option<String> {
    let letter = |letters: &'static str, first: char| {
        let position = usize::try_from(u32::from(c).checked_sub(u32::from(first))?).ok()?;
        letters.chars().nth(position).filter(|letter| *letter != ' ').map(String::from)
    };
    match c {
        'À'..='ž' => letter(LATIN, 'À'),
        'Ḁ'..='ẙ' => letter(LATIN_MORE, 'Ḁ'),
        'Ạ'..='ỹ' => letter(LATIN_LAST, 'Ạ'),
        _ => None,
    }
}

fn hangul(c: char) -> Option<String> {
    let number = u32::from(c).checked_sub(0xac00).filter(|number| *number < 11_172)?;
    let number = usize::try_from(number).ok()?;
    let (first, vowel, last) = (number / 588, number % 588 / 28, number % 28);
    Some([HANGUL_FIRST.get(first)?, HANGUL_VOWEL.get(vowel)?, *HANGUL_LAST.get(last)?].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::name::{pascal, snake};

    #[test]
    fn tables_have_a_letter_for_each() {
        let counted = |first: char, last: char| (first..=last).count();
        assert_eq!(LATIN.chars().count(), counted('À', 'ž'));
        assert_eq!(LATIN_MORE.chars().count(), counted('Ḁ', 'ẙ'));
        assert_eq!(LATIN_LAST.chars().count(), counted('Ạ', 'ỹ'));
        for (first, last, letters) in ALONE {
            assert_eq!(letters.split_whitespace().count(), counted(*first, *last), "{first}");
        }
    }

    #[test]
    fn names_are_written_with_latin_letters_where_that_is_possible() {
        for (text, name) in [
            ("größe", "grosse"),
            ("Straße", "strasse"),
            ("Œuvre", "oeuvre"),
            ("éÉtat", "e_etat"),
            ("имяПса", "imya_psa"),
            ("Щука", "shchuka"),
            ("ім'я", "imya"),
            ("όνομα", "onoma"),
            ("անուն", "anown"),
            ("სახელი", "sakheli"),
            ("שם", "shm"),
            ("اسم", "asm"),
            ("नाम", "nam"),
            ("பெயர்", "peyr"),
            ("ชื่อ", "chueo"),
            ("なまえ", "namae"),
            ("データ", "deta"),
            ("이름", "ireum"),
            ("tên", "ten"),
            ("ığdır", "igdir"),
            ("名前カナ", "名前kana"),
            ("口", "u53e3"),
            ("人口", "人口"),
            ("e\u{301}t", "et"),
            ("ªb", "b"),
            ("ﬁ", "field"),
        ] {
            assert_eq!(snake(text, "field"), name, "{text}");
        }
        assert_eq!(pascal("имя пса", "V"), "ImyaPsa");
        assert_eq!(pascal("口", "V"), "U53e3");
        assert_eq!(pascal("Ökosystem", "V"), "Okosystem");
    }

    /// Every letter alone and in words, as the compiler sees them.
    #[test]
    fn the_compiler_warns_of_none() {
        let letters = ('\u{80}'..'\u{3100}').chain('가'..'각').chain('\u{f900}'..'\u{ffff}');
        let ideographs = "人口名前工力八日本東京価格数量住所電話番号会社顧客注文商品";
        let mut names: Vec<String> = letters
            .chain(ideographs.chars())
            .flat_map(|c| [snake(&c.to_string(), "field"), snake(&format!("{c}x{c}"), "field")])
            .chain([snake(ideographs, "field"), snake("сору", "field"), snake("copy", "field")])
            .collect();
        names.sort();
        names.dedup();
        assert!(names.iter().filter(|name| !name.is_ascii()).count() > 20);
        let fields: String = names
            .iter()
            .map(|name| format!("    pub {}: u8,\n", crate::types::name::escape(name)))
            .collect();
        let folder = tempfile(&format!("pub struct Names {{\n{fields}}}\n"));
        let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let output = std::process::Command::new(compiler)
            .args([
                "--crate-type",
                "lib",
                "--edition",
                "2024",
                "--emit",
                "metadata",
                "-D",
                "warnings",
            ])
            .arg("--out-dir")
            .arg(&folder)
            .arg(folder.join("names.rs"))
            .output();
        let Ok(output) = output else {
            println!("skipped: there is no rustc here");
            return;
        };
        let _ = std::fs::remove_dir_all(&folder);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// A folder with `names.rs`.
    fn tempfile(text: &str) -> std::path::PathBuf {
        let folder = std::env::temp_dir().join(format!("toolwright-names-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("names.rs"), text).unwrap();
        folder
    }
}
