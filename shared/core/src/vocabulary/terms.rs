//! The terms, sorted by name.

use super::{Kind, Meaning, Property, Term};

const fn text(names: &'static [&'static str]) -> Property {
    Property { names, kind: Kind::Text }
}

const fn number(names: &'static [&'static str]) -> Property {
    Property { names, kind: Kind::Number }
}

/// `name "zh" "en" [required] = [other names]`
macro_rules! terms {
    ($($name:literal $zh:literal $en:literal [$($required:expr),*] = [$($also:literal),*];)*) => {
        /// Every term.
        pub const TERMS: &[Term] = &[$(Term {
            name: $name,
            zh: $zh,
            en: $en,
            required: &[$($required),*],
            also: &[$($also),*],
        },)*];

        /// Every term without its labels, for the functions that only need to know what is meant.
        pub(super) const MEANINGS: &[Meaning] = &[$(Meaning {
            name: $name,
            required: &[$($required),*],
            also: &[$($also),*],
        },)*];
    };
}

terms! {
    "account.followed" "关注" "Followed" [] = ["wechat.followed", "Account Followed"];
    "account.unfollowed" "取消关注" "Unfollowed" [] = ["wechat.unfollowed", "Account Unfollowed"];
    "badge.scanned" "展会扫胸卡" "Badge scanned at an expo" [text(&["event", "expo", "booth"])] = [
        "Badge Scanned", "expo.badge_scanned"
    ];
    "call.answered" "接通电话" "Call answered" [] = ["Call Answered"];
    "call.ended" "通话结束" "Call ended" [] = ["Call Ended", "call.completed"];
    "call.missed" "未接来电" "Call missed" [] = ["Call Missed"];
    "call.started" "来电或去电" "Call started" [] = ["Call Started"];
    "callback.requested" "申请回电" "Asked to be called" [] = [
        "Callback Requested", "request_callback", "Call Requested", "Contact Requested", "Contact Sales",
        "contact_sales", "Quote Requested", "申请回电", "预约回电"
    ];
    "cart.emptied" "清空购物车" "Cart emptied" [] = ["Cart Emptied", "Cart Cleared", "cart.cleared"];
    "cart.updated" "更新购物车" "Cart updated" [] = [
        "Cart Updated", "cart.changed", "Product Added", "Product Removed", "add_to_cart",
        "remove_from_cart"
    ];
    "chat.entered" "进入会话" "Chat entered" [] = ["wechat.session_entered", "douyin.chat_entered"];
    "checkout.expired" "放弃结账" "Checkout expired" [] = ["Checkout Expired"];
    "checkout.started" "开始结账" "Checkout started" [] = ["Checkout Started", "begin_checkout"];
    "code.scanned" "扫码" "Code scanned" [text(&["scene", "code"])] = [
        "wechat.qr_scanned", "Code Scanned", "QR Code Scanned"
    ];
    "code.scanned_by_machine" "程序扫码" "Code opened by a program" [text(&["machine"])] = [];
    "consent.updated" "更新授权" "Consent updated" [] = ["Consent Updated"];
    "content.downloaded" "下载资料" "Content downloaded" [] = [
        "Content Downloaded", "White Paper Downloaded", "Whitepaper Downloaded",
        "white_paper.downloaded", "whitepaper.downloaded", "白皮书下载", "下载白皮书"
    ];
    "customer.created" "新建客户" "Customer created" [] = ["Customer Created"];
    "customer.deleted" "删除客户" "Customer deleted" [] = ["Customer Deleted"];
    "customer.updated" "更新客户" "Customer updated" [] = ["Customer Updated"];
    "demo.booked" "预约演示" "Demo booked" [] = [
        "Demo Booked", "Demo Requested", "Demo Scheduled", "book_demo", "demo_requested",
        "request_demo", "Meeting Booked", "Meeting Scheduled", "Appointment Booked", "预约演示"
    ];
    "device.reported" "设备读数" "Device reading" [text(&["device", "device_id"]), number(&["value"])] = [
        "Device Reported", "device.reading"
    ];
    "email.subscribed" "订阅邮件" "Subscribed to mails" [] = [
        "Subscribed", "Email Subscribed", "Subscribed to Email Marketing"
    ];
    "email.unsubscribed" "退订邮件" "Unsubscribed from mails" [] = [
        "Unsubscribed", "Email Unsubscribed", "Unsubscribed from Email Marketing"
    ];
    "form.submitted" "提交表单" "Form submitted" [] = [
        "Form Submitted", "Lead Form Submitted", "Contact Form Submitted", "Lead Submitted",
        "generate_lead", "submit_lead_form", "提交表单"
    ];
    "identity.learned" "平台告知身份" "Vendor told who it is" [] = [];
    "integration.tested" "接入测试" "Integration tested" [] = [];
    "invoice.issued" "开具发票" "Invoice issued" [text(&["invoice_id"])] = ["Invoice Issued"];
    "invoice.paid" "发票已付" "Invoice paid" [text(&["invoice_id"])] = ["Invoice Paid"];
    "location.shared" "分享位置" "Location shared" [] = ["wechat.location"];
    "member.registered" "注册" "Registered" [] = ["Signed Up", "sign_up", "Member Registered", "注册"];
    "menu.clicked" "点击菜单" "Menu clicked" [] = ["wechat.menu_clicked", "wechat.menu_viewed"];
    "message.accepted" "消息已受理" "Message accepted" [] = [];
    "message.bounced" "邮件退回" "Message bounced" [] = ["Email Bounced", "email.bounced"];
    "message.clicked" "点击消息链接" "Link in a message clicked" [] = [
        "Email Link Clicked", "Email Clicked", "email.clicked", "email.click", "mail.clicked"
    ];
    "message.clicked_by_machine" "程序点击链接" "Link clicked by a program" [text(&["machine"])] = [];
    "message.complained" "投诉邮件" "Reported as spam" [] = [
        "Email Marked as Spam", "email.complained"
    ];
    "message.deferred" "消息延迟" "Message deferred" [] = [];
    "message.delivered" "消息送达" "Message delivered" [] = [
        "Email Delivered", "email.delivered", "mail.delivered"
    ];
    "message.failed" "消息失败" "Message failed" [] = [];
    "message.opened" "打开消息" "Message opened" [] = [
        "Email Opened", "email.opened", "email.open", "mail.opened"
    ];
    "message.opened_by_machine" "程序打开消息" "Message opened by a program" [text(&["machine"])] = [];
    "message.read" "已读" "Message read" [] = [];
    "message.received" "收到消息" "Message received" [] = [
        "Message Received", "Chat Message Sent", "chat.message", "chat.message.received",
        "sms.received", "SMS Received", "sms.replied", "Question Asked", "question.asked", "wechat.message.text",
        "wechat.message.image", "wechat.message.link", "wechat.message.location",
        "wechat.message.miniprogrampage", "wechat.message.shortvideo", "wechat.message.video",
        "wechat.message.voice", "wecom.message.text"
    ];
    "message.sent" "已发消息" "Message sent by another system" [] = [
        "Email Sent", "email.sent", "mail.sent", "wechat.subscribe_msg_sent"
    ];
    "order.cancelled" "取消订单" "Order cancelled" [text(&["order_id"])] = [
        "Order Cancelled", "Order Canceled"
    ];
    "order.created" "下单" "Order placed" [text(&["order_id"])] = [
        "Order Created", "Order Placed", "order.placed"
    ];
    "order.deleted" "删除订单" "Order deleted" [text(&["order_id"])] = [];
    "order.fulfilled" "订单发货" "Order fulfilled" [text(&["order_id"])] = ["Order Fulfilled"];
    "order.paid" "支付订单" "Order paid" [text(&["order_id", "transaction_id"])] = [
        "Order Completed", "Order Paid", "Purchase", "order.completed", "purchase",
        "pos.sale.completed"
    ];
    "order.refunded" "退款" "Order refunded" [text(&["order_id", "refund_id", "transaction_id"])] = [
        "Order Refunded", "refund", "pos.return.completed"
    ];
    "order.tested" "测试订单" "Order in test mode" [text(&["tested"])] = [];
    "order.updated" "更新订单" "Order updated" [text(&["order_id"])] = ["Order Updated"];
    "page.viewed" "浏览页面" "Page viewed" [] = ["Page Viewed", "Viewed Page", "page_view"];
    "payment.failed" "支付失败" "Payment failed" [] = ["Payment Failed"];
    "privacy.access_requested" "要求查看个人数据" "Personal data asked for" [] = [];
    "privacy.erasure_requested" "要求删除个人数据" "Erasure of personal data asked for" [] = [];
    "privacy.shop_erasure_requested" "店铺要求删除数据" "Erasure of a shop's data asked for" [] = [];
    "product.searched" "搜索商品" "Products searched" [text(&["query"])] = ["Products Searched"];
    "product.viewed" "浏览商品" "Product viewed" [text(&["product_id", "sku", "name"])] = [
        "Product Viewed", "view_item"
    ];
    "product_list.viewed" "浏览商品列表" "Product list viewed" [] = [
        "Product List Viewed", "view_item_list"
    ];
    "screen.viewed" "浏览小程序或应用页面" "Screen viewed" [] = [
        "Screen Viewed", "Viewed Screen", "screen_view"
    ];
    "sms.subscribed" "订阅短信" "Subscribed to text messages" [] = [
        "SMS Subscribed", "Subscribed to SMS Marketing"
    ];
    "sms.unsubscribed" "退订短信" "Unsubscribed from text messages" [] = [
        "SMS Unsubscribed", "Unsubscribed from SMS Marketing"
    ];
    "subscription.changed" "订阅消息授权变更" "Message subscription changed" [] = [
        "wechat.subscribe_msg_answered", "wechat.subscribe_msg_changed"
    ];
    "ticket.assigned" "工单分派" "Ticket assigned" [text(&["ticket", "ticket_id"])] = [];
    "ticket.commented" "工单回复" "Ticket commented" [text(&["ticket", "ticket_id"])] = [];
    "ticket.opened" "提交工单" "Ticket opened" [text(&["ticket", "ticket_id"])] = [
        "Ticket Opened", "ticket.created"
    ];
    "ticket.solved" "工单解决" "Ticket solved" [text(&["ticket", "ticket_id"])] = [
        "Ticket Solved", "ticket.closed"
    ];
    "ticket.status_changed" "工单状态变更" "Ticket's status changed" [text(&["ticket", "ticket_id"])] = [

    ];
    "visit.logged" "外勤拜访" "Field visit logged" [text(&["staff", "rep", "outcome"])] = [
        "Visit Logged"
    ];
    "webinar.attended" "参加线上研讨会" "Webinar attended" [] = ["Webinar Attended", "参加研讨会", "参加线上研讨会"];
}
