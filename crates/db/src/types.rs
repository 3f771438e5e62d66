//! How each Rust type is stored: one line each.

use kernel::{
    AccessType, AccountId, ActivityId, AdminRoleId, ApiTokenId, BulkId, CardEventId, CardId,
    CardRunId, CardState, CardType, Code, CustomFieldId, DataRequestId, DeviceId, DocumentId,
    EventId, ExportId, FileId, GrantId, GroupId, IdentityId, ImportId, InvitationId, InviteDraftId,
    JobId, MappingId, MessageId, ModuleId, NotificationId, PersonKind, PhotoBatchId, Role,
    SeriesId, SeriesRunId, SessionId, Severity, StepId, Timestamp, UploadId, UserId, UserStatus,
    ViewId, WaveId, WebhookId, WorkflowId,
};
use uuid::Uuid;

use crate::value::{Param, Read, Value};

impl Param for bool {
    fn value(&self) -> Value<'_> {
        Value::Bool(*self)
    }
}

impl Read<'_> for bool {
    fn read(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Bool(yes) => Some(yes),
            // SQLite has no boolean.
            Value::Int(number) => Some(number != 0),
            _ => None,
        }
    }
}

impl Param for i64 {
    fn value(&self) -> Value<'_> {
        Value::Int(*self)
    }
}

impl Read<'_> for i64 {
    fn read(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Int(number) => Some(number),
            _ => None,
        }
    }
}

impl Param for f64 {
    fn value(&self) -> Value<'_> {
        Value::Float(*self)
    }
}

impl Read<'_> for f64 {
    fn read(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Float(number) => Some(number),
            _ => None,
        }
    }
}

impl Param for str {
    fn value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl Param for String {
    fn value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl<'r> Read<'r> for &'r str {
    fn read(value: Value<'r>) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl<'r> Read<'r> for String {
    fn read(value: Value<'r>) -> Option<Self> {
        <&str>::read(value).map(str::to_owned)
    }
}

impl Param for [u8] {
    fn value(&self) -> Value<'_> {
        Value::Bytes(self)
    }
}

impl<const N: usize> Param for [u8; N] {
    fn value(&self) -> Value<'_> {
        Value::Bytes(self)
    }
}

impl Param for Vec<u8> {
    fn value(&self) -> Value<'_> {
        Value::Bytes(self)
    }
}

impl<'r> Read<'r> for &'r [u8] {
    fn read(value: Value<'r>) -> Option<Self> {
        match value {
            Value::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }
}

impl<'r> Read<'r> for Vec<u8> {
    fn read(value: Value<'r>) -> Option<Self> {
        <&[u8]>::read(value).map(<[u8]>::to_vec)
    }
}

impl<'r, const N: usize> Read<'r> for [u8; N] {
    fn read(value: Value<'r>) -> Option<Self> {
        <&[u8]>::read(value)?.try_into().ok()
    }
}

impl Param for Uuid {
    fn value(&self) -> Value<'_> {
        Value::Uuid(*self)
    }
}

impl Read<'_> for Uuid {
    fn read(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Uuid(uuid) => Some(uuid),
            // SQLite has no uuid.
            Value::Bytes(bytes) => Uuid::from_slice(bytes).ok(),
            _ => None,
        }
    }
}

impl<T: Param> Param for Option<T> {
    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, Param::value)
    }
}

impl<'r, T: Read<'r>> Read<'r> for Option<T> {
    fn read(value: Value<'r>) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::read(value).map(Some),
        }
    }
}

impl<T: Param + ?Sized> Param for &T {
    fn value(&self) -> Value<'_> {
        (**self).value()
    }
}

impl Param for Value<'_> {
    fn value(&self) -> Value<'_> {
        *self
    }
}

impl Param for Timestamp {
    fn value(&self) -> Value<'_> {
        Value::Int(self.as_micros())
    }
}

impl Read<'_> for Timestamp {
    fn read(value: Value<'_>) -> Option<Self> {
        i64::read(value).map(Self::from_micros)
    }
}

macro_rules! ids {
    ($($id:ident)+) => {$(
        impl Param for $id {
            fn value(&self) -> Value<'_> {
                Value::Uuid(self.uuid())
            }
        }

        impl Read<'_> for $id {
            fn read(value: Value<'_>) -> Option<Self> {
                Uuid::read(value).map(Self::from_uuid)
            }
        }
    )+};
}

ids! {
    AccountId ActivityId CardId CardEventId CardRunId CustomFieldId DeviceId GrantId GroupId IdentityId ImportId JobId
    ApiTokenId InvitationId MappingId MessageId ModuleId NotificationId SeriesId SeriesRunId SessionId UserId WaveId InviteDraftId EventId WebhookId WorkflowId BulkId ViewId AdminRoleId
    StepId DocumentId FileId UploadId
    DataRequestId ExportId PhotoBatchId
}

/// Stores types as text: each needs `as_str(&self)` and `FromStr`.
#[macro_export]
macro_rules! stored_as_text {
    ($($type:ty),+ $(,)?) => {$(
        impl $crate::Param for $type {
            fn value(&self) -> $crate::Value<'_> {
                $crate::Value::Text(self.as_str())
            }
        }

        impl<'r> $crate::Read<'r> for $type {
            fn read(value: $crate::Value<'r>) -> Option<Self> {
                <&str as $crate::Read>::read(value)?.parse().ok()
            }
        }
    )+};
}

stored_as_text!(
    AccessType, CardState, CardType, Code, PersonKind, Role, Severity, UserStatus
);
