//! What a reply to a message says about consent: the words of the law, of carriers and of vendors.
//!
//! The whole message has to be the word, with whatever stands around it: "T恤" and "please don't
//! stop" are talk.

use super::words::half_width;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    Stop,
    /// "START": a wish to be written to, also where no STOP went before.
    Start,
    /// "YES": as carriers take it, it undoes a STOP; without one it answers something else.
    Yes,
}

/// A stop wherever it is written.
const STOP: &str = "STOP STOPP STOPALL STOPPALL STOPSMS STOPTEXTINGME STOPMESSAGES STOPPROMOTIONS UNSUBSCRIBE \
    UNSUBSCRIBEALL UNSUBSCRIBEME UNSUB OPTOUT OPTMEOUT REMOVEME \
    ARRET ARRETER DESABONNER DESABONNEMENT DESINSCRIRE DESINSCRIPTION \
    DARDEBAJA DARMEDEBAJA CANCELARSUSCRIPCION DESCADASTRAR ABMELDEN ABBESTELLEN AFMELDEN \
    DISISCRIVI DISISCRIVIMI REZYGNUJE СТОП ОТПИСКА ОТПИСАТЬСЯ BERHENTI \
    TD 退订 退訂 退定 取消订阅 取消訂閱 拒收 不再接收 停止接收 停止订阅 停止發送 停止发送 \
    别再发了 不要再发 不要再发了 別再發了 不要再發了 配信停止 수신거부 הסר";

/// A stop only where it answers a text message: in a chat these words answer anything.
const STOP_BY_TEXT: &str = "T N R END QUIT CANCEL CANCELALL REVOKE REMOVE TERMINATE BAJA ALTO \
    PARAR PARE SAIR CANCELAR DETENER ENDE ANNULLA CANCELLA IPTAL RET QX 0000 00000 \
    取消 停止 停发 停發 拒绝 拒絕 退 解除 거부 정지";

const START: &str = "START STARTALL SUBSCRIBE RESUBSCRIBE OPTIN \
    订阅 訂閱 恢复订阅 恢復訂閱 重新订阅 重新訂閱 СТАРТ";
const START_BY_TEXT: &str = "ALTA";

/// Words that undo a stop and mean nothing without one.
const YES: &str = "UNSTOP 恢复接收 恢復接收";
const YES_BY_TEXT: &str = "YES 恢复 恢復";

/// What people write around the word, and what they copy from the message: "退订回T".
const BEFORE: &[&str] =
    &["PLEASE", "PLS", "请", "請", "我要", "我想", "麻烦", "回复", "回覆", "回", "退订", "拒收"];
const AFTER: &[&str] =
    &["PLEASE", "PLS", "THANKS", "THANKYOU", "谢谢", "謝謝", "退订", "短信", "了", "吧", "NOW"];

const MAX_AFFIXES: u8 = 3;
/// A longer text is talk.
const MAX_CHARS: usize = 64;

/// Reads a reply. `by_text`: it came as a text message and not in a chat.
pub fn read_reply(text: &str, by_text: bool) -> Option<Reply> {
    let letters = letters(text)?;
    let stops = || is_stop(&letters, by_text, MAX_AFFIXES).then_some(Reply::Stop);
    word(&letters, by_text).or_else(stops)
}

/// Its letters and digits in half-width capitals without accents; blanks, punctuation, emoji and
/// characters that cannot be seen are left out.
fn letters(text: &str) -> Option<String> {
    let mut letters = String::new();
    for c in text.chars().map(half_width).filter(|c| c.is_alphanumeric()) {
        letters.extend(c.to_uppercase().map(without_accent));
        if letters.len() > MAX_CHARS * 3 {
            return None;
        }
    }
    (!letters.is_empty()).then_some(letters)
}

fn without_accent(c: char) -> char {
    match c {
        'À'..='Å' => 'A',
        'Ç' => 'C',
        'È'..='Ë' => 'E',
        'Ì'..='Ï' | 'İ' => 'I',
        'Ò'..='Ö' => 'O',
        'Ù'..='Ü' => 'U',
        c => c,
    }
}

/// A stop is heard with what is written around it; words that grant only alone.
fn is_stop(letters: &str, by_text: bool, affixes: u8) -> bool {
    let says_stop = |letters: &str| word(letters, by_text) == Some(Reply::Stop);
    // France: "STOP au 36180".
    let name = letters.trim_end_matches(|c: char| c.is_ascii_digit());
    let with_number = letters.len() >= name.len() + 4 && ["STOP", "STOPAU"].contains(&name);
    if says_stop(letters) || repeated(letters).is_some_and(says_stop) || with_number {
        return true;
    }
    let Some(affixes) = affixes.checked_sub(1) else { return false };
    let before = BEFORE.iter().filter_map(|affix| letters.strip_prefix(affix));
    let after = AFTER.iter().filter_map(|affix| letters.strip_suffix(affix));
    before.chain(after).any(|rest| is_stop(rest, by_text, affixes))
}

fn word(letters: &str, by_text: bool) -> Option<Reply> {
    let is_in = |words: &str| words.split_ascii_whitespace().any(|word| word == letters);
    let is_one = |anywhere: &str, texts: &str| is_in(anywhere) || (by_text && is_in(texts));
    if is_one(STOP, STOP_BY_TEXT) {
        return Some(Reply::Stop);
    }
    if is_one(START, START_BY_TEXT) {
        return Some(Reply::Start);
    }
    is_one(YES, YES_BY_TEXT).then_some(Reply::Yes)
}

/// "STOP STOP STOP" is said once. Single letters are not: "T_T" weeps.
fn repeated(letters: &str) -> Option<&str> {
    (2..=5).find_map(|times| {
        let once = letters.get(..letters.len() / times)?;
        let is_word = once.chars().count() >= 2;
        (is_word && once.repeat(times) == letters).then_some(once)
    })
}

#[cfg(test)]
mod tests;
