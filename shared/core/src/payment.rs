//! How an order stands with its payment.

use serde_json::Value;

/// The property of an order that says it: `done`, `authorized`, `not_required`, or how it will be
/// paid; see [`unpaid`].
pub const PAYMENT: &str = "payment";
/// The buyer has begun to pay online and not finished.
pub const AWAITED: &str = "awaited";

/// How an order that is not paid yet will be: at the door, by a transfer or against an invoice, or
/// online, which the buyer has begun and not finished. `methods`: what the shop calls the ways to
/// pay, ids and titles.
pub fn unpaid<'a>(methods: impl IntoIterator<Item = &'a str>) -> &'static str {
    const ON_DELIVERY: &[&str] =
        &["cod", "nachnahme", "contrassegno", "reembolso", "remboursement"];
    const ON_DELIVERY_PARTS: &[&str] =
        &["on delivery", "on_delivery", "货到付款", "貨到付款", "代引", "到付"];
    const BY_TRANSFER: &[&str] = &[
        "bacs",
        "bank",
        "transfer",
        "wire",
        "deposit",
        "iban",
        "invoice",
        "cheque",
        "check",
        "manual",
        "offline",
        "vorkasse",
        "rechnung",
        "überweisung",
        "virement",
        "bonifico",
        "transferencia",
        "chèque",
    ];
    const BY_TRANSFER_PARTS: &[&str] =
        &["money order", "转账", "转帐", "轉帳", "轉賬", "汇款", "匯款", "对公", "振込"];
    let mut found = AWAITED;
    for method in methods {
        let method = method.to_lowercase();
        let is = |words: &[&str], parts: &[&str]| {
            let mut own = method.split(|c: char| !c.is_alphanumeric());
            own.any(|word| words.contains(&word)) || parts.iter().any(|part| method.contains(part))
        };
        if is(ON_DELIVERY, ON_DELIVERY_PARTS) {
            return "on_delivery";
        }
        if is(BY_TRANSFER, BY_TRANSFER_PARTS) {
            found = "by_transfer";
        }
    }
    found
}

/// What a sender's own words say of an order that is placed: the status of its payment, the way to
/// pay. `None`: nothing.
pub fn of_order(properties: &Value) -> Option<&'static str> {
    const STATUSES: &[&str] =
        &["payment_status", "paymentStatus", "financial_status", "financialStatus"];
    const METHODS: &[&str] = &[
        "payment_method",
        "paymentMethod",
        "payment_method_title",
        "payment_methods",
        "payment_type",
        "paymentType",
        "payment_gateway",
        "payment_gateway_names",
        "gateway",
        "pay_type",
    ];
    let texts = |name: &&str| -> Vec<&str> {
        match properties.get(*name) {
            Some(Value::String(text)) => vec![text.as_str()],
            Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    };
    let methods: Vec<&str> = METHODS.iter().flat_map(texts).collect();
    let status = STATUSES.iter().flat_map(texts).next().map(str::to_lowercase);
    match status.as_deref() {
        Some("paid" | "succeeded" | "success" | "captured" | "completed" | "complete") => {
            Some("done")
        }
        Some("authorized" | "authorised") => Some("authorized"),
        Some("no_payment_required" | "not_required" | "free") => Some("not_required"),
        Some(_) => Some(unpaid(methods)),
        // Whether an online payment went through is not said.
        None => Some(unpaid(methods)).filter(|way| *way != AWAITED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn ways_to_pay() {
        for (methods, expect) in [
            (&["Cash on Delivery (COD)"][..], "on_delivery"),
            (&["cod", "Cash on delivery"], "on_delivery"),
            (&["货到付款"], "on_delivery"),
            (&["Nachnahme"], "on_delivery"),
            (&["cash_on_delivery"], "on_delivery"),
            (&["bacs", "Direct bank transfer"], "by_transfer"),
            (&["Bank Deposit"], "by_transfer"),
            (&["Money Order"], "by_transfer"),
            (&["manual"], "by_transfer"),
            (&["银行转账"], "by_transfer"),
            (&["Rechnung"], "by_transfer"),
            (&["shopify_payments"], "awaited"),
            (&["PayPal Express Checkout"], "awaited"),
            (&["2checkout"], "awaited"),
            (&["alipay", "支付宝"], "awaited"),
            (&[], "awaited"),
        ] {
            assert_eq!(unpaid(methods.iter().copied()), expect, "{methods:?}");
        }
    }

    #[test]
    fn what_a_site_says_of_an_order() {
        for (properties, expect) in [
            (json!({"payment_status": "pending", "payment_method": "alipay"}), Some("awaited")),
            (json!({"paymentStatus": "Unpaid"}), Some("awaited")),
            (
                json!({"financial_status": "pending", "gateway": "Bank Deposit"}),
                Some("by_transfer"),
            ),
            (json!({"payment_status": "pending", "payment_method": "cod"}), Some("on_delivery")),
            (json!({"payment_status": "paid", "payment_method": "alipay"}), Some("done")),
            (json!({"payment_status": "authorized"}), Some("authorized")),
            (json!({"payment_status": "no_payment_required"}), Some("not_required")),
            (json!({"payment_method": "货到付款"}), Some("on_delivery")),
            (json!({"payment_methods": ["giftcard", "wire transfer"]}), Some("by_transfer")),
            (json!({"payment_method": "paypal"}), None),
            (json!({}), None),
            (json!(null), None),
        ] {
            assert_eq!(of_order(&properties), expect, "{properties}");
        }
    }
}
