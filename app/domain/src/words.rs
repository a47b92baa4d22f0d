//! Closed vocabularies: the words the product, its API and its database share.

/// Declares an enum whose variants are words of a closed vocabulary.
///
/// Each variant has the `word` that is stored and spoken by the API, and the
/// `label` a reader sees. Reading an unknown word fails with a sentence that
/// lists the known ones.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident is $what:literal { $($(#[$vmeta:meta])* $variant:ident $word:literal $label:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$vmeta])* #[doc = $label] $variant),*
        }

        impl $name {
            /// Every word, in the order in which a form offers them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word as stored and as spoken by the API.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// What a reader sees.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),* }
            }

            /// The variant behind a word; the error is a sentence for its user.
            pub fn parse(word: &str) -> Result<Self, String> {
                match word {
                    $($word => Ok(Self::$variant),)*
                    _ => Err(format!("“{word}” is not {}: use one of {}.", $what, [$($word),*].join(", "))),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.label())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            // Two vocabularies may have one name: each has a schema of its own all the same.
            fn schema_id() -> std::borrow::Cow<'static, str> {
                concat!(module_path!(), "::", stringify!($name)).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "description": concat!("The word of ", $what, "."), "enum": [$($word),*] })
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                Self::parse(&word).map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use words;

words! {
    /// A question that may honestly have no answer yet.
    #[derive(Default)]
    Tri is "an answer" { Yes "yes" "yes", No "no" "no", #[default] Unknown "unknown" "unknown" }
}
