//! What people are called, and finding them by it: what a name is filed under, and what a query
//! looks for.
//!
//! Han, kana and hangul have no blanks between words: they are filed by every two neighbours. Other
//! scripts are filed by word and found by how a word begins. Such a name is written without a blank,
//! the family name first; with one it is filed as if there were none, in either order.

use crate::Gather;
use std::collections::BTreeSet;

/// The traits that people are called by.
pub const NAME_FIELDS: &[&str] = &["company", "first_name", "last_name", "name", "nickname"];

/// Longer names are no names.
const MAX_CHARS: usize = 80;

/// Family names of two characters, simplified and traditional.
const TWO_CHARACTERS: &[&str] = &[
    "上官", "东方", "東方", "东郭", "東郭", "令狐", "公孙", "公孫", "公冶", "南宫", "南宮", "司徒",
    "司空", "司马", "司馬", "呼延", "夏侯", "太史", "宇文", "完颜", "完顏", "尉迟", "尉遲", "慕容",
    "拓跋", "独孤", "獨孤", "申屠", "皇甫", "端木", "第五", "诸葛", "諸葛", "赫连", "赫連", "轩辕",
    "軒轅", "钟离", "鍾離", "长孙", "長孫", "闻人", "聞人", "百里", "欧阳", "歐陽", "澹台", "濮阳",
    "濮陽", "西门", "西門", "鲜于", "鮮于",
];

/// Frequent family names of one character, simplified, then traditional where it differs.
const ONE_CHARACTER: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁\
     任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤\
     張劉陳楊黃趙吳孫馬羅鄭謝許韓馮鄧葉蘇呂盧鍾譚陸範賈韋鄒龍賀顧龔萬錢嚴湯";

/// The name that two fields make. Forms that ask for one field get the whole name in it, and those
/// that ask for the given name first get the family name there. `None`: both are empty.
pub fn full_name(first: &str, last: &str) -> Option<String> {
    let (first, last) = (first.trim(), last.trim());
    let name = if first.is_empty() || last.is_empty() {
        format!("{first}{last}")
    } else if !is_dense_whole(first) || !is_dense_whole(last) {
        let holds = |whole: &str, part: &str| {
            whole == part || whole.split_whitespace().any(|word| word == part)
        };
        match (holds(first, last), holds(last, first)) {
            (true, _) => first.to_owned(),
            (_, true) => last.to_owned(),
            _ => format!("{first} {last}"),
        }
    } else {
        // A blank within a name that needs none is the form's.
        let (first, last) = (without_blanks(first), without_blanks(last));
        if first.starts_with(&last) {
            first
        } else if last.ends_with(&first) && first != last {
            last
        } else if is_turned_round(&first, &last) {
            first + &last
        } else {
            last + &first
        }
    };
    (!name.is_empty()).then_some(name)
}

/// The first is a family name, and the second can be none.
fn is_turned_round(first: &str, last: &str) -> bool {
    let is_double = |name: &str| TWO_CHARACTERS.contains(&name);
    let is_single = |name: &str| {
        let mut chars = name.chars();
        chars.next().is_some_and(|c| ONE_CHARACTER.contains(c)) && chars.next().is_none()
    };
    let is_given = last.chars().count() > 1 && !is_double(last);
    (is_double(first) && !is_single(last) && !is_double(last)) || (is_single(first) && is_given)
}

/// What somebody is called: the name, what it is made of, else a nickname or the company.
pub fn called(text: impl Fn(&str) -> Option<String>) -> Option<String> {
    let part = |field: &str| text(field).unwrap_or_default();
    text("name")
        .or_else(|| text("full_name"))
        .or_else(|| full_name(&part("first_name"), &part("last_name")))
        .or_else(|| text("nickname"))
        .or_else(|| text("company"))
}

fn without_blanks(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn is_dense_whole(text: &str) -> bool {
    text.chars().all(|c| is_dense_char(c) || c.is_whitespace())
}

/// What a query looks for: all of it must be there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wanted {
    Exactly(String),
    Beginning(String),
}

/// Every term that a name is filed under.
pub fn name_terms(name: &str) -> BTreeSet<String> {
    let mut terms = BTreeSet::new();
    let runs = runs(name);
    for run in &runs {
        if is_dense(run) {
            file_dense(run, &mut terms);
        } else {
            terms.insert(run.clone());
        }
    }
    if runs.len() > 1 && runs.iter().all(|run| is_dense(run)) {
        file_dense(&runs.concat(), &mut terms);
        if let [one, other] = runs.as_slice() {
            file_dense(&format!("{other}{one}"), &mut terms);
        }
    }
    terms
}

fn file_dense(run: &str, terms: &mut BTreeSet<String>) {
    let chars: Vec<char> = run.chars().collect();
    terms.extend(chars.windows(2).map(|pair| pair.iter().collect::<String>()));
    // The last one alone too: every character then begins a term.
    terms.extend(chars.last().map(char::to_string));
}

/// The terms to look up for a query.
pub fn wanted(query: &str) -> BTreeSet<Wanted> {
    let mut found = BTreeSet::new();
    for run in runs(query) {
        let chars: Vec<char> = run.chars().collect();
        if is_dense(&run) && chars.len() > 1 {
            found.extend(chars.windows(2).map(|pair| Wanted::Exactly(pair.iter().collect())));
        } else {
            found.insert(Wanted::Beginning(run));
        }
    }
    found
}

/// Whether somebody of these names is who was looked for. The index may know a name that is out of
/// date.
pub fn names_match<'a>(names: impl IntoIterator<Item = &'a str>, query: &str) -> bool {
    let terms: BTreeSet<String> = names.into_iter().flat_map(name_terms).gather();
    let holds = |wanted: &Wanted| match wanted {
        Wanted::Exactly(term) => terms.contains(term),
        Wanted::Beginning(start) => terms.iter().any(|term| term.starts_with(start)),
    };
    let wanted = wanted(query);
    !wanted.is_empty() && wanted.iter().all(holds)
}

/// Words in lower case; a change between dense and other scripts is the end of one too.
fn runs(text: &str) -> Vec<String> {
    let mut runs: Vec<String> = Vec::new();
    let mut open: Option<bool> = None;
    let letters = text.chars().take(MAX_CHARS).flat_map(char::to_lowercase);
    for c in letters {
        if !c.is_alphanumeric() {
            open = None;
            continue;
        }
        let dense = is_dense_char(c);
        match runs.last_mut().filter(|_| open == Some(dense)) {
            Some(run) => run.push(c),
            None => runs.push(c.to_string()),
        }
        open = Some(dense);
    }
    runs
}

fn is_dense(run: &str) -> bool {
    run.chars().next().is_some_and(is_dense_char)
}

fn is_dense_char(c: char) -> bool {
    matches!(c,
        '\u{2E80}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_found_by_any_part_of_their_name() {
        for (name, query) in [
            ("欧阳娜娜", "欧阳"),
            ("欧阳娜娜", "阳娜"),
            ("欧阳娜娜", "娜"),
            ("欧阳娜娜", "欧阳娜娜"),
            ("欧阳娜娜", "娜娜 欧阳"),
            ("欧阳 娜娜", "欧阳娜娜"),
            ("李娜", "娜 李"),
            ("李 娜", "李娜"),
            ("娜 李", "李娜"),
            ("阿卜杜·买买提", "阿卜杜买买提"),
            ("Li Na", "na li"),
            ("Anna Müller-Schmidt", "müll"),
            ("Anna Müller-Schmidt", "schmidt an"),
            ("王 Wang小明", "小明"),
            ("王 Wang小明", "wang"),
            ("이나영", "나영"),
        ] {
            assert!(names_match([name], query), "{query} in {name}");
        }
        for (name, query) in [
            ("欧阳娜娜", "娜欧"),
            ("Anna Müller", "ller"),
            ("李娜", "王"),
            ("李娜", ""),
            ("李娜", "--"),
        ] {
            assert!(!names_match([name], query), "{query} in {name}");
        }
        assert!(names_match(["Wilhelmina", "Brandt"], "brandt wil"));
    }

    #[test]
    fn a_name_is_made_of_its_parts() {
        for (first, last, name) in [
            ("伟", "张", "张伟"),
            ("娜娜", "欧阳", "欧阳娜娜"),
            ("懿", "司马", "司马懿"),
            ("亮", "諸葛", "諸葛亮"),
            // Turned round by a form that asks for the first name first.
            ("王", "小明", "王小明"),
            ("欧阳", "娜娜", "欧阳娜娜"),
            ("司马", "懿", "司马懿"),
            // Both may be family names: as the fields say.
            ("林", "张", "张林"),
            // Given whole already.
            ("张伟", "张", "张伟"),
            ("伟", "张伟", "张伟"),
            ("张伟", "张伟", "张伟"),
            ("张伟", "", "张伟"),
            ("", "欧阳娜娜", "欧阳娜娜"),
            ("Anna", "Müller", "Anna Müller"),
            ("Anna Müller", "Müller", "Anna Müller"),
            ("Anna", "Anna Müller", "Anna Müller"),
            ("Cher", "Cher", "Cher"),
            (" Na ", " Li ", "Na Li"),
            ("David", "陈", "David 陈"),
            ("민수", "김", "김민수"),
        ] {
            assert_eq!(full_name(first, last).as_deref(), Some(name), "{first} + {last}");
        }
        assert_eq!(full_name(" ", ""), None);
    }

    #[test]
    fn a_query_asks_for_what_a_name_is_filed_under() {
        let terms: Vec<String> = name_terms("欧阳娜 Li").into_iter().collect();
        assert_eq!(terms, ["li", "娜", "欧阳", "阳娜"]);
        let found: Vec<Wanted> = wanted("欧阳娜 L").into_iter().collect();
        let exactly = |text: &str| Wanted::Exactly(text.to_owned());
        assert_eq!(found, [exactly("欧阳"), exactly("阳娜"), Wanted::Beginning("l".to_owned())]);
    }
}
