use super::*;

#[test]
fn a_stop_is_heard_in_every_form_it_is_written_in() {
    for text in [
        "TD",
        "td",
        "Td.",
        " T D ",
        "ＴＤ",
        "T",
        "t",
        "N",
        "R",
        "r。",
        "退订",
        "退订！",
        "【退订】",
        "退訂",
        "取消订阅",
        "取消訂閱",
        "回T退订",
        "回复TD退订",
        "拒收请回复R",
        "退订回T",
        "请退订",
        "我要退订",
        "退订谢谢",
        "退订短信",
        "别再发了",
        "STOP",
        "stop",
        "Stop.",
        "STOP!!!",
        "\"STOP\"",
        "S T O P",
        "s-t-o-p",
        "ＳＴＯＰ",
        "STOP\u{200B}",
        "\u{FEFF}stop",
        "stop 🛑",
        "STOP ALL",
        "StopAll",
        "stop\n",
        "STOP STOP STOP",
        "please stop",
        "stop please",
        "Stop, thanks",
        "UNSUBSCRIBE",
        "unsubscribe me",
        "CANCEL",
        "END",
        "end.",
        "QUIT",
        "REVOKE",
        "OPTOUT",
        "opt-out",
        "Opt out",
        "ARRET",
        "Arrêt",
        "arre\u{302}t",
        "STOP au 36180",
        "STOP 36180",
        "BAJA",
        "SAIR",
        "СТОП",
        "수신거부",
        "0000",
    ] {
        assert_eq!(read_reply(text, true), Some(Reply::Stop), "{text}");
    }
}

#[test]
fn talk_is_no_withdrawal() {
    for text in [
        "",
        " ",
        "?",
        "please don't stop",
        "don't stop",
        "stopping by later",
        "T恤",
        "T-shirt",
        "T_T",
        "td bank",
        "R2D2",
        "退订多少钱",
        "怎么退订",
        "不要退订",
        "END OF DAY",
        "cancel my order 4711",
        "quite",
        "nr",
        "no",
        "ok",
        "bus stop",
        "1",
        "00",
        "我想要T恤",
        "started",
        "yesterday",
        "stop me if you have heard this one before but the tea was really good and I want more",
    ] {
        assert_eq!(read_reply(text, true), None, "{text}");
    }
}

#[test]
fn in_a_chat_only_words_that_mean_nothing_else_are_a_stop() {
    for text in ["STOP", "unsubscribe", "退订", "取消订阅", "/stop", "opt out", "TD", "Arrêt"]
    {
        assert_eq!(read_reply(text, false), Some(Reply::Stop), "{text}");
    }
    for text in ["N", "T", "R", "end", "cancel", "quit", "取消", "baja", "停止", "yes"] {
        assert_eq!(read_reply(text, false), None, "{text}");
    }
}

#[test]
fn a_start_is_a_grant_and_a_yes_only_an_answer() {
    for (text, by_text, expect) in [
        ("START", true, Some(Reply::Start)),
        ("start.", true, Some(Reply::Start)),
        ("Ｓｔａｒｔ", true, Some(Reply::Start)),
        ("subscribe", true, Some(Reply::Start)),
        ("恢复订阅", true, Some(Reply::Start)),
        ("订阅", false, Some(Reply::Start)),
        ("/start", false, Some(Reply::Start)),
        ("YES", true, Some(Reply::Yes)),
        ("Unstop", true, Some(Reply::Yes)),
        ("yes, the green one", true, None),
        ("start the machine", true, None),
        ("YES", false, None),
    ] {
        assert_eq!(read_reply(text, by_text), expect, "{text}");
    }
}
