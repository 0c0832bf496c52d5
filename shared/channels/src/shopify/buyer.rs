//! Who an order, a checkout or a customer is about: identifiers, traits and consents.

use super::order;
use crate::shop::{is_named, same_name};
use crate::values::{first_text, text};
use serde_json::{Map, Value, json};
use tributary_core::identity::Kind;
use tributary_core::touchpoint::RawIdentifier;

type Object = Map<String, Value>;

/// The buyer as the delivery tells of them.
pub struct Buyer<'a> {
    topic: &'a str,
    body: &'a Object,
    customer: Option<&'a Object>,
    billing: Option<&'a Object>,
    /// The customer's own addresses: the billing address unless it names somebody else, and of the
    /// others those that name the buyer. Where a gift goes is no address of the giver's.
    addresses: Vec<&'a Object>,
}

impl<'a> Buyer<'a> {
    pub fn of(topic: &'a str, body: &'a Object) -> Buyer<'a> {
        let object = |name: &str| body.get(name).and_then(Value::as_object);
        let about_customer = topic.starts_with("customers") && object("customer").is_none();
        let customer = if about_customer { Some(body) } else { object("customer") };
        let named = customer.filter(|customer| is_named(customer));
        let contradicts = |address: &Object| {
            named.is_some_and(|named| is_named(address) && !same_name(named, address))
        };
        let billing = object("billing_address").filter(|address| !contradicts(address));
        let buyer = named.or(billing);
        let names_buyer = |address: &Object| buyer.is_some_and(|buyer| same_name(buyer, address));
        let default = customer.and_then(|it| it.get("default_address")).and_then(Value::as_object);
        let others = [default, object("shipping_address")].into_iter().flatten();
        let others = others.filter(|address| names_buyer(address));
        let addresses = billing.into_iter().chain(others).collect();
        Buyer { topic, body, customer, billing, addresses }
    }

    /// The customer's id in this shop, e-mail, the first phone found. What stands for the person
    /// where there is none yet: cart and checkout tokens, and the order, by which a refund, which
    /// names nobody, finds its buyer.
    pub fn identifiers(&self, shop: &str) -> Vec<RawIdentifier> {
        let of_customer = |name: &str| text(self.customer?.get(name));
        let email = first_text(self.body, &["email", "contact_email", "email_address"])
            .or_else(|| of_customer("email"));
        let id = of_customer("id").or_else(|| text(self.body.get("customer_id")));
        let order = order::order_id(self.topic, self.body).map(|id| format!("order:{id}"));
        let found = [
            (Kind::ShopifyCustomer, id),
            (Kind::Email, email),
            (Kind::Cart, order::cart_token(self.topic, self.body)),
            (Kind::Cart, order::checkout_token(self.topic, self.body)),
            (Kind::Cart, order),
        ];
        let named = found.into_iter().filter_map(|(kind, value)| {
            let scope = if kind.scoped() { shop } else { "" };
            Some(RawIdentifier::new(kind, scope, &value?))
        });
        named.chain(self.phone()).collect()
    }

    /// The number with the country of the address beside it.
    fn phone(&self) -> Option<RawIdentifier> {
        let country = |address: &Object| text(address.get("country_code"));
        let phone = |number: &str, country: Option<String>| {
            RawIdentifier::new(Kind::Phone, "", number).in_country(country.as_deref())
        };
        let own = text(self.body.get("phone")).or_else(|| text(self.customer?.get("phone")));
        if let Some(own) = own {
            let places = ["billing_address", "shipping_address"];
            let places = places.iter().filter_map(|name| self.body.get(*name)?.as_object());
            let default = self.customer.and_then(|it| it.get("default_address")?.as_object());
            return Some(phone(&own, places.chain(default).find_map(country)));
        }
        let of_address =
            |address: &&Object| Some(phone(&text(address.get("phone"))?, country(address)));
        self.addresses.iter().find_map(of_address)
    }

    /// What the shop knows of the person: names, company and place.
    pub fn traits(&self) -> Option<Value> {
        const PLACES: &[&str] = &["country", "country_code", "province", "province_code", "city"];
        let default = self.customer.and_then(|it| it.get("default_address")?.as_object());
        // Where nothing contradicts it, the default address is where the customer lives.
        let default = default.filter(|address| {
            let named = self.customer.filter(|it| is_named(it) && is_named(address));
            named.is_none_or(|customer| same_name(customer, address))
        });
        let addresses = || self.addresses.iter().copied().chain(default);
        let mut traits = Map::new();
        let mut named = self.customer.into_iter().chain(self.billing);
        if let Some(named) = named.find(|it| is_named(it)) {
            for name in ["first_name", "last_name"] {
                traits.extend(text(named.get(name)).map(|part| (name.to_owned(), part.into())));
            }
        }
        if let Some(company) = addresses().find_map(|it| text(it.get("company"))) {
            traits.insert("company".to_owned(), company.into());
        }
        let place = |address: &Object| -> Object {
            let part = |name: &&str| Some(((*name).to_owned(), text(address.get(*name))?.into()));
            PLACES.iter().filter_map(part).collect()
        };
        if let Some(address) = addresses().map(place).find(|address| !address.is_empty()) {
            traits.insert("address".to_owned(), Value::Object(address));
        }
        (!traits.is_empty()).then_some(Value::Object(traits))
    }

    /// What the customer has agreed to in the shop, in the shop's words: by medium as it is today,
    /// or as one flag for mails as it was.
    pub fn consents(&self) -> Vec<Value> {
        let mut found = Vec::new();
        let stated = self.customer.unwrap_or(self.body);
        for (field, medium) in
            [("email_marketing_consent", "email"), ("sms_marketing_consent", "sms")]
        {
            let Some(consent) = stated.get(field).and_then(Value::as_object) else { continue };
            let at = first_text(consent, &["consent_updated_at", "updated_at"]);
            if let Some(state) = first_text(consent, &["state", "marketing_state"]) {
                found.push(entry(medium, &state, at));
            }
        }
        let has_mail =
            found.iter().any(|one| one.get("medium").and_then(Value::as_str) == Some("email"));
        if !has_mail {
            found.extend(self.accepts());
        }
        found
    }

    /// The older flag. Where it is off nobody may ever have been asked: it is a withdrawal where the
    /// customer changed it.
    fn accepts(&self) -> Option<Value> {
        let flag = |object: &Object, name: &str| object.get(name).and_then(Value::as_bool);
        if flag(self.body, "buyer_accepts_marketing") == Some(true) {
            return Some(entry("email", "subscribed", text(self.body.get("created_at"))));
        }
        let customer = self.customer?;
        let changed_at = text(customer.get("accepts_marketing_updated_at"));
        let is_changed = match &changed_at {
            Some(at) => text(customer.get("created_at")).as_ref() != Some(at),
            None => self.topic == "customers/update",
        };
        match flag(customer, "accepts_marketing")? {
            true => Some(entry("email", "subscribed", changed_at)),
            false => is_changed.then(|| entry("email", "unsubscribed", changed_at)),
        }
    }
}

fn entry(medium: &str, state: &str, at: Option<String>) -> Value {
    let mut entry = json!({ "medium": medium, "purpose": "marketing", "state": state });
    if let (Some(at), Some(entry)) = (at, entry.as_object_mut()) {
        entry.insert("at".to_owned(), at.into());
    }
    entry
}
