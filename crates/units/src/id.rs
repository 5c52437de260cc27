use core::fmt;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// From its text.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// Its text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id!(
    /// One device, stable over restarts: family and serial number or address.
    DeviceId
);
text_id!(
    /// One long command under way or ended.
    JobId
);
text_id!(
    /// One person's right to command a device.
    LeaseId
);
text_id!(
    /// One request, from the page to the wire: every hop logs it.
    RequestId
);
