//! Money in minor units with its currency (ISO 4217). Never a float.
//!
//! Exchange is not done here: it needs an explicit dated rate.

use serde::{Deserialize, Serialize};

/// ISO 4217 alphabetic code, upper case.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Reads `EUR`; any case. `None` if it is not three letters.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 3] = text.as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_alphabetic).then(|| Currency(bytes.map(|b| b.to_ascii_uppercase())))
    }

    /// The three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// Number of decimals of the minor unit (ISO 4217 list one; 2 unless listed).
    pub fn exponent(&self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF"
            | b"UGX" | b"UYI" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }
}

impl std::fmt::Debug for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        Currency::parse(&text)
            .ok_or_else(|| serde::de::Error::custom("a currency is three letters, for example EUR"))
    }
}

/// An amount in minor units.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Money {
    /// Minor units, for example cents.
    #[serde(rename = "amount_minor")]
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// Adds; `None` if currencies differ or the sum does not fit.
    pub fn checked_add(self, other: Money) -> Option<Money> {
        (self.currency == other.currency)
            .then(|| self.minor.checked_add(other.minor))
            .flatten()
            .map(|minor| Money { minor, currency: self.currency })
    }

    /// Decimal text with the currency's own number of decimals, for example `19.99` or `1999` for yen.
    pub fn to_decimal(&self) -> String {
        let exponent = self.currency.exponent();
        let unit = 10u64.pow(exponent);
        let sign = if self.minor < 0 { "-" } else { "" };
        let absolute = self.minor.unsigned_abs();
        match exponent {
            0 => format!("{sign}{absolute}"),
            n => format!("{sign}{}.{:0width$}", absolute / unit, absolute % unit, width = n as usize),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_follow_the_currency() {
        let text = |minor, code: &str| Money { minor, currency: Currency::parse(code).unwrap() }.to_decimal();
        assert_eq!(text(1999, "eur"), "19.99");
        assert_eq!(text(-5, "USD"), "-0.05");
        assert_eq!(text(1999, "JPY"), "1999");
        assert_eq!(text(1234, "KWD"), "1.234");
    }

    #[test]
    fn different_currencies_do_not_add() {
        let euro = Money { minor: 1, currency: Currency::parse("EUR").unwrap() };
        let yen = Money { minor: 1, currency: Currency::parse("JPY").unwrap() };
        assert_eq!(euro.checked_add(yen), None);
        assert_eq!(euro.checked_add(euro).map(|m| m.minor), Some(2));
    }
}
